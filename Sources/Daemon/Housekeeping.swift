import API
import Foundation
import Registry
import Synchronization

/// How many days the daemon keeps what is of use for some time only; 0 is for ever.
struct Retention: Sendable, Equatable {
    /// What was removed, counted from its removal.
    var trash = 30
    /// Entries of the audit log.
    var audit = 365
    /// Jobs that have ended, with their folders, counted from their end.
    var jobs = 90
    /// Models that nobody uses, counted from their last use. For ever by default: a model may have taken days to train.
    var models = 0
    /// The vectors of such models.
    var vectors = 30

    /// A setting's value. `0` and `never` are for ever.
    /// - Returns: nil for what is no such value.
    static func days(_ text: String) -> Int? {
        if text == "never" { return 0 }
        return Int(text).flatMap { (0...36_500).contains($0) ? $0 : nil }
    }

    /// The value as `aniwhod --check-config` prints it.
    static func text(_ days: Int) -> String { days == 0 ? "never" : String(days) }

    static func seconds(days: Int) -> TimeInterval { Double(days) * 86_400 }
}

/// Removes what the daemon has kept long enough: at its start, and once a day.
actor Housekeeping {
    private let registry: Registry
    private let jobs: JobRunner
    private let thumbnails: ThumbnailCache
    private let log: Log
    private nonisolated let settings: Mutex<Retention>
    private var work: Task<Void, Never>?

    /// The time between two runs.
    private static let pause = Duration.seconds(86_400)

    init(registry: Registry, jobs: JobRunner, thumbnails: ThumbnailCache, log: Log, retention: Retention) {
        (self.registry, self.jobs, self.thumbnails, self.log) = (registry, jobs, thumbnails, log)
        settings = Mutex(retention)
    }

    nonisolated var retention: Retention { settings.withLock { $0 } }

    /// Changes how long things are kept, from the next run on.
    nonisolated func change(_ retention: Retention) { settings.withLock { $0 = retention } }

    /// Begins to run.
    func start() {
        precondition(work == nil, "it starts once")
        work = Task(priority: .utility) {
            while !Task.isCancelled {
                await run(at: Date())
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    /// Ends after the step that is being taken.
    func stop() async {
        work?.cancel()
        await work?.value
    }

    /// Removes everything whose time is over. What fails is logged, and tried again at the next run.
    func run(at now: Date) async {
        // Of several daemons one keeps the house. Thumbnails are each daemon's own.
        if registry.isLeader { await runShared(at: now) }
        do { try await removeThumbnails() } catch { report("thumbnails", error) }
    }

    private func runShared(at now: Date) async {
        let retention = retention
        await step("the trash", retention.trash, now) { try await expireTrash(madeBy: $0) }
        await step("jobs", retention.jobs, now) { _ = try await jobs.prune(endedBy: $0) }
        await step("the audit log", retention.audit, now) { try await expireAudit(before: $0) }
        do { try await registry.noteUnusedModels(now: now) } catch { report("models", error) }
        await step("models", retention.models, now) { try await removeModels(unusedSince: $0) }
        await step("vectors", retention.vectors, now) { try await expireVectors(unusedSince: $0) }
        do { try await registry.removeSessions(expiredAt: now) } catch { report("sessions", error) }
    }

    /// After the trash: the thumbnails of what went for good go, too.
    private func removeThumbnails() async throws {
        let removed = thumbnails.removeAll(except: try await registry.pictureHashes())
        if removed > 0 { log.write(.info, "unused thumbnails removed", ["thumbnails": String(removed)]) }
    }

    private func step(
        _ what: String, _ days: Int, _ now: Date, _ remove: (_ end: Date) async throws -> Void
    ) async {
        guard days > 0, !Task.isCancelled else { return }
        do { try await remove(now - Retention.seconds(days: days)) } catch { report(what, error) }
    }

    private func report(_ what: String, _ error: any Error) {
        log.write(.error, "old \(what) cannot be removed", ["message": APIError(describing: error).message])
    }

    private func expireTrash(madeBy time: Date) async throws {
        var removed = TrashSize.none
        // A transaction for each change, so that requests go on in between.
        while !Task.isCancelled, let size = try await registry.removeOldestTrash(.madeBy(time)) { removed.add(size) }
        guard removed.changes > 0 else { return }
        log.write(
            .info, "old trash removed",
            [
                "changes": String(removed.changes), "pictures": String(removed.pictures),
                "bytes": String(removed.bytes),
            ])
    }

    private func expireAudit(before time: Date) async throws {
        var removed = 0
        while !Task.isCancelled {
            let page = try await registry.expireAudit(before: time)
            guard page > 0 else { break }
            removed += page
        }
        if removed > 0 { log.write(.info, "old audit entries removed", ["entries": String(removed)]) }
    }

    private func removeModels(unusedSince time: Date) async throws {
        for model in try await registry.models(unusedSince: time) {
            try await registry.removeModel(named: model.name)
            log.write(.info, "unused model removed", ["model": model.name])
        }
    }

    private func expireVectors(unusedSince time: Date) async throws {
        for model in try await registry.models(unusedSince: time) {
            let removed = try await registry.expireVectors(model: model.identity)
            guard removed > 0 else { continue }
            log.write(
                .info, "vectors of an unused model removed", ["model": model.name, "vectors": String(removed)])
        }
    }
}
