import API
import Registry

extension WriteBackup: StreamingRoute {
    static func answer(_ request: Request, _ services: Services) async throws -> any LineSource {
        try services.backups.start(request)
    }
}

/// Writes backups, one at a time: a slow disk delays no answer.
final class BackupHost: Sendable {
    private let registry: Registry
    private let metrics: Metrics
    private let log: Log
    private let work: LineWork

    init(registry: Registry, metrics: Metrics, log: Log) {
        (self.registry, self.metrics, self.log) = (registry, metrics, log)
        work = LineWork("backup", busy: "another backup is being written; wait for its end", log: log)
    }

    /// Begins a backup; see ``LineWork``.
    /// - Throws: `busy` while another is written; `target_exists` and `bad_backup` when it cannot be written there.
    func start(_ request: WriteBackup.Request) throws -> LineChannel {
        let target = try BackupTarget(request.file, replacing: request.replace, of: registry)
        return try work.begin(["file": target.file]) { [self] progress in
            let start = ContinuousClock.now
            do {
                let bytes = try await work.background { try self.write(target, progress) }
                metrics.countBackup(.now - start, succeeded: true)
                await note(target, bytes)
                log.write(.info, "backup written", ["file": target.file, "bytes": String(bytes)])
                return WrittenBackup(file: target.file, bytes: bytes)
            } catch {
                metrics.countBackup(.now - start, succeeded: false)
                throw error
            }
        }
    }

    private func write(_ target: BackupTarget, _ progress: LineWork.Progress) throws(RegistryError) -> Int {
        let tell = progress.teller("copying")
        return try registry.backUp(to: target) { done, total in (try? tell(done, total)) != nil }
    }

    /// Adds it to the log of changes. It is there without that as well: the registry's own disk may be full.
    private func note(_ target: BackupTarget, _ bytes: Int) async {
        do throws(RegistryError) { try await registry.recordBackup(file: target.file, bytes: bytes) } catch {
            log.write(.warning, "backup not noted", ["file": target.file, "message": error.message])
        }
    }

    /// Has a backup under way given up.
    func stop() { work.stop() }
}
