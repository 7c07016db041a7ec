import API
import Foundation
import Registry

/// What the routes work with.
struct Services: Sendable {
    let registry: Registry
    let models: ModelHost
    let heads: HeadHost
    let calibrations: CalibrationHost
    let classifiers: ClassifierHost
    let inference: InferenceQueue
    /// For reviews and comparisons.
    let background = BackgroundWork("aniwho.background")
    let pairs = EnrolledPairs()
    let jobs: JobRunner
    let backups: BackupHost
    let access: AccessControl
    let metrics: Metrics
    let log: Log
    let socketPath: String
    let dataDirectory: String
    let started = ContinuousClock.now

    /// Runs a request's work in the name of its user, for the audit.
    func asked<T: Sendable>(by user: Int, _ work: @Sendable () async throws -> T) async throws -> T {
        try await Registry.$author.withValue(user < 0 ? "unknown user" : "uid \(user)", operation: work)
    }

    /// Does something with the active model, again when another became active meanwhile.
    /// - Throws: `not_ready` when there is none; what `work` throws.
    func withActiveModel<T>(_ work: (ModelHost.Active) async throws -> T) async throws -> T {
        for _ in 0..<3 {
            let active = try await models.active()
            do { return try await work(active) } catch let error as RegistryError where error.code == .modelNotActive {
                continue
            }
        }
        throw APIError(.busy, "the model changes at this moment; try again")
    }
}
