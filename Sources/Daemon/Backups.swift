import API
import Registry

extension WriteBackup: WorkRoute {
    static var kind: JobKind { .backUp }
    static var admitsTokens: Bool { false }
    static var record: (action: String, subject: String)? { ("backup.write", "file") }

    static func check(_ request: Request, _ services: Services) async throws {
        _ = try await services.backups.target(of: request)
    }

    static func start(_ request: Request, _ services: Services) async throws -> LineChannel {
        try await services.backups.start(request)
    }
}

/// Writes backups, one at a time, on a background thread, so that a slow disk delays no answer.
final class BackupHost: Sendable {
    private let registry: Registry
    private let metrics: Metrics
    private let log: Log
    private let work: LineWork

    init(registry: Registry, metrics: Metrics, log: Log) {
        (self.registry, self.metrics, self.log) = (registry, metrics, log)
        work = LineWork("backup", busy: "the daemon is writing another backup; wait for its end", log: log)
    }

    /// Starts a backup; see ``LineWork``.
    /// - Throws: `busy` while the daemon writes another; `target_exists` and `bad_backup` when it cannot be written there.
    func start(_ request: WriteBackup.Request) async throws -> LineChannel {
        let target = try await target(of: request)
        return try work.begin(["file": target.file]) { [self] progress in
            let start = ContinuousClock.now
            do {
                let bytes = try await work.background { try self.write(target, progress) }
                metrics.countBackup(.now - start, succeeded: true)
                await record(target, bytes)
                log.write(.info, "backup written", ["file": target.file, "bytes": String(bytes)])
                return WrittenBackup(file: target.file, bytes: bytes)
            } catch {
                metrics.countBackup(.now - start, succeeded: false)
                throw error
            }
        }
    }

    /// - Throws: as ``start(_:)``, but for `busy`.
    func target(of request: WriteBackup.Request) async throws -> BackupTarget {
        try await onOwnThread("aniwho.backup") { [registry] in
            try BackupTarget(request.file, replacing: request.replace, of: registry)
        }
    }

    private func write(_ target: BackupTarget, _ progress: LineWork.Progress) throws(RegistryError) -> Int {
        let copying = progress.step("copying")
        return try registry.backUp(to: target) { done, total in (try? copying(done, total)) != nil }
    }

    /// Adds the backup to the audit log. If that fails, perhaps because the registry's own disk is full, the backup is still good.
    private func record(_ target: BackupTarget, _ bytes: Int) async {
        do throws(RegistryError) { try await registry.recordBackup(file: target.file, bytes: bytes) } catch {
            log.write(
                .warning, "cannot record a backup in the audit log", ["file": target.file, "message": error.message])
        }
    }

    /// Stops a backup that is being written.
    func stop() { work.stop() }
}
