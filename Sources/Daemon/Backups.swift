import API
import Registry

extension WriteBackup: FileWorkRoute {
    static var kind: JobKind { .backUp }
    static var admitsTokens: Bool { false }
    static var record: (action: String, subject: String)? { ("backup.write", "file") }

    static func check(_ request: Request, _ services: Services) async throws {
        _ = try await services.backups.target(of: request)
    }

    static func start(
        _ request: Request, placing note: PlacedFile.Keeper?, _ services: Services
    ) async throws -> WorkFeed { try await services.backups.start(request, placing: note) }

    static func finish(_ outcome: Outcome, _ services: Services) async throws {
        await services.backups.finish(outcome)
    }
}

/// Writes backups, one at a time, on a background thread, so that a slow disk delays no answer.
final class BackupHost: Sendable {
    private let registry: Registry
    private let metrics: Metrics
    private let log: Log
    private let work: SingleWork

    init(registry: Registry, metrics: Metrics, log: Log) {
        (self.registry, self.metrics, self.log) = (registry, metrics, log)
        work = SingleWork("backup", busy: "the daemon is writing another backup; wait for its end", log: log)
    }

    /// Starts a backup; see ``SingleWork``.
    /// - Parameter note: keeps that the backup is about to get its name.
    /// - Throws: `busy` while the daemon writes another; `target_exists` and `bad_backup` when it cannot be written there.
    func start(_ request: WriteBackup.Request, placing note: PlacedFile.Keeper? = nil) async throws -> WorkFeed {
        let target = try await target(of: request)
        return try work.begin(["file": target.file]) { [self] progress in
            let start = ContinuousClock.now
            do {
                let bytes = try await work.background { try self.write(target, note, progress) }
                metrics.countBackup(.now - start, succeeded: true)
                await record(target.file, bytes)
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

    private func write(
        _ target: BackupTarget, _ note: PlacedFile.Keeper?, _ progress: SingleWork.Progress
    ) throws(RegistryError) -> Int {
        let copying = progress.step("copying")
        return try registry.backUp(
            to: target,
            placing: { identity, bytes in
                do throws(APIError) {
                    try note?.keep(target.file, identity, WrittenBackup(file: target.file, bytes: bytes))
                } catch {
                    // A backup is wanted most when the registry's own disk is full.
                    log.write(.warning, "cannot note a backup", ["file": target.file, "message": error.message])
                }
            },
            progress: { done, total in (try? copying(done, total)) != nil })
    }

    /// Ends a backup that has its name, after its daemon was killed.
    func finish(_ backup: WrittenBackup) async {
        BackupFile.discardPartial(of: backup.file)
        metrics.countBackup(nil, succeeded: true)
        await record(backup.file, backup.bytes)
        log.write(.info, "backup written", ["file": backup.file, "bytes": String(backup.bytes)])
    }

    /// Adds the backup to the audit log. If that fails, perhaps because the registry's own disk is full, the backup is still good.
    private func record(_ file: String, _ bytes: Int) async {
        do throws(RegistryError) { try await registry.recordBackup(file: file, bytes: bytes) } catch {
            log.write(.warning, "cannot record a backup in the audit log", ["file": file, "message": error.message])
        }
    }

    /// Stops a backup that is being written.
    func stop() { work.stop() }
}
