import API
import Foundation
import Registry
import Synchronization

/// Writes backups, one at a time, each on a thread of its own: a slow disk delays no answer.
final class BackupHost: Sendable {
    private struct State {
        var isBusy = false
        var isStopping = false
    }

    private let registry: Registry
    private let metrics: Metrics
    private let log: Log
    private let state = Mutex(State())

    init(registry: Registry, metrics: Metrics, log: Log) {
        (self.registry, self.metrics, self.log) = (registry, metrics, log)
    }

    /// Begins a backup. It is given up when nobody reads what it tells, and when the daemon stops.
    /// - Returns: what it tells, ``BackupEvent`` a line.
    /// - Throws: `busy` while another is written; `target_exists` and `bad_backup` when it cannot be written there.
    func start(_ request: WriteBackup.Request) throws -> LineChannel {
        let target = try BackupTarget(request.file, replacing: request.replace, of: registry)
        try state.withLock { state throws(APIError) in
            guard !state.isStopping else { throw APIError(.notReady, "the daemon stops") }
            guard !state.isBusy else { throw APIError(.busy, "another backup is being written; wait for its end") }
            state.isBusy = true
        }
        let channel = LineChannel()
        let author = Registry.author
        let thread = Thread { [self] in
            let start = ContinuousClock.now
            let result = Result { () throws(RegistryError) in try write(target, channel) }
            metrics.countBackup(.now - start, succeeded: (try? result.get()) != nil)
            state.withLock { $0.isBusy = false }
            Task { await Registry.$author.withValue(author) { await end(target, result, channel) } }
        }
        thread.name = "aniwho.backup"
        thread.start()
        return channel
    }

    /// Progress is told so often at most.
    private static let pause = Duration.milliseconds(100)

    private func write(_ target: BackupTarget, _ channel: LineChannel) throws(RegistryError) -> Int {
        var told = ContinuousClock.now - .seconds(1)
        return try registry.backUp(to: target) { done, total in
            let now = ContinuousClock.now
            if now - told > Self.pause || done == total {
                told = now
                channel.send(BackupEvent.progress(done: done, total: total))
            }
            return !channel.isClosed && !state.withLock(\.isStopping)
        }
    }

    private func end(_ target: BackupTarget, _ result: Result<Int, RegistryError>, _ channel: LineChannel) async {
        do throws(RegistryError) {
            let bytes = try result.get()
            await note(target, bytes)
            log.write(.info, "backup written", ["file": target.file, "bytes": String(bytes)])
            channel.send(BackupEvent.end(file: target.file, bytes: bytes), isLast: true)
        } catch {
            log.write(.error, "backup failed", ["file": target.file, "message": error.message])
            channel.send(BackupEvent.error(ErrorCode(error.code), error.message), isLast: true)
        }
    }

    /// Adds it to the log of changes. It is there without that as well: the registry's own disk may be full.
    private func note(_ target: BackupTarget, _ bytes: Int) async {
        do throws(RegistryError) { try await registry.recordBackup(file: target.file, bytes: bytes) } catch {
            log.write(.warning, "backup not noted", ["file": target.file, "message": error.message])
        }
    }

    /// Has a backup under way given up.
    func stop() { state.withLock { $0.isStopping = true } }
}
