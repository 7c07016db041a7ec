import API
import Foundation
import Registry

/// What the routes work with.
struct Services: Sendable {
    let registry: Registry
    let models: ModelHost
    let heads: HeadHost
    let calibrations: CalibrationHost
    let changes: ModelChanges
    let classifiers: ClassifierHost
    let inference: InferenceQueue
    /// For reviews.
    let background = BackgroundWork("aniwho.background")
    let pairs = EnrolledPairs()
    let jobs: JobRunner
    /// Of heads.
    let comparisons: LineWork
    let backups: BackupHost
    let bundles: BundleHost
    let access: AccessControl
    let authentication: Authentication
    let connections: ConnectionTable
    let metrics: Metrics
    let log: Log
    let socketPath: String
    let dataDirectory: String
    let started = ContinuousClock.now
    let startDate = Date()

    /// Runs a request's work in the name of who asks, for the audit.
    func asked<T: Sendable>(by caller: Caller, _ work: @Sendable () async throws -> T) async throws -> T {
        try await Registry.$author.withValue(caller.author, operation: work)
    }

    /// How long a change of the model may take from its transaction to the first answer: prototypes are read anew.
    private static let swapPatience = Duration.seconds(10)

    /// Does something with the active model, again when another became active meanwhile.
    /// - Parameter patience: how long it waits for a model right after the start.
    /// - Throws: `not_ready` when there is none; what `work` throws.
    func withActiveModel<T>(
        patience: Duration = .seconds(10), _ work: (ModelHost.Active) async throws -> T
    ) async throws -> T {
        let end = ContinuousClock.now + Self.swapPatience
        while true {
            let active = try await models.active(patience: patience)
            do { return try await work(active) } catch let error as RegistryError where error.code == .modelNotActive {
                guard ContinuousClock.now < end else {
                    throw APIError(.busy, "the model changes at this moment; try again")
                }
                try await Task.sleep(for: .milliseconds(2))
            }
        }
    }
}
