import API
import Registry

/// Brings what the daemon keeps in memory outside the registry's indexes up to date with what other daemons of the same database change.
struct Following: Sendable {
    let services: Services

    /// The time between two looks at which daemons live.
    private static let pause = Duration.seconds(1)

    /// Runs until the task is cancelled or the registry is closed.
    func run(_ changes: AsyncStream<Set<ChangeKind>>) async {
        await withTaskGroup { group in
            group.addTask { for await kinds in changes { await follow(kinds) } }
            group.addTask { await followDaemons() }
        }
    }

    private func follow(_ kinds: Set<ChangeKind>) async {
        if kinds.contains(.proposedModel) { await step("model") { try await services.models.prepare() } }
        if kinds.contains(.model) { await step("model") { try await services.models.follow() } }
        if !kinds.isDisjoint(with: [.model, .settings, .calibration]) {
            await services.heads.load(expecting: services.heads.active)
            await step("calibration") {
                guard let model = try await services.registry.activeModel() else { return }
                try await services.calibrations.follow(model: model.identity)
            }
        }
        if kinds.contains(.detector) { await step("detector") { try await services.detectors.follow() } }
        if kinds.contains(.webhooks) { await step("webhooks") { try await services.webhooks.follow() } }
        if kinds.contains(.jobs) { await services.jobs.follow() }
    }

    private func step(_ what: String, _ work: () async throws -> Void) async {
        do { try await work() } catch {
            services.log.write(
                .error, "cannot follow another daemon's change of the \(what)",
                ["message": APIError(describing: error).message])
        }
    }

    /// Shares the limits with the daemons that live, and takes over what one that is gone has left.
    private func followDaemons() async {
        var known: [String: String] = [:]
        while (try? await Task.sleep(for: Self.pause)) != nil {
            let live = Dictionary(
                services.registry.liveDaemons.map { ($0.id, $0.name) }, uniquingKeysWith: { one, _ in one })
            guard live != known else { continue }
            for (id, name) in live where known[id] == nil && id != services.registry.daemonID {
                services.log.write(.info, "another daemon serves the registry, too", ["daemon": name, "id": id])
            }
            for (id, name) in known where live[id] == nil {
                services.log.write(.warning, "another daemon is gone", ["daemon": name, "id": id])
            }
            known = live
            services.access.share(among: live.count)
            await services.jobs.follow()
            await step("webhooks") { try await services.webhooks.follow() }
        }
    }
}
