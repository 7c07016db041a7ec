import API
import Foundation
import Registry

/// What the routes work with.
struct Services: Sendable {
    let registry: Registry
    let models: ModelHost
    let heads: HeadHost
    let calibrations: CalibrationHost
    let changes: ModelChangeWork
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
}
