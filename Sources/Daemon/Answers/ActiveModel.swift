import API
import Registry

extension Services {
    /// How long a request waits when the active model changes while it works: the registry activates a model before the daemon
    /// has read its prototypes.
    private static let changeTimeout = Duration.seconds(10)

    /// Works with the active model, and starts the work again if another model became active meanwhile.
    ///
    /// All that embeds a picture and compares it with what is enrolled does so inside one call, so that both use one model.
    /// - Parameter timeout: how long to wait for a model right after the daemon's start.
    /// - Throws: `not_ready` if there is no model by then; `busy` if the model changes for longer than ten seconds; what `work`
    ///   throws.
    func withActiveModel<T>(
        timeout: Duration = .seconds(10), _ work: (ModelHost.Active) async throws -> T
    ) async throws -> T {
        let end = ContinuousClock.now + Self.changeTimeout
        while true {
            let active = try await models.active(timeout: timeout)
            do { return try await work(active) } catch let error as RegistryError where error.reason == .modelNotActive {
                guard ContinuousClock.now < end else {
                    throw APIError(.busy, "the active model is changing; try again")
                }
                try await Task.sleep(for: .milliseconds(2))
            }
        }
    }
}
