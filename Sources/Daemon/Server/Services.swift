import API
import Embedding
import FewShot
import Foundation
import Registry

/// The parts of the daemon that routes use.
struct Services: Sendable {
    let registry: Registry
    let models: ModelHost
    let heads: HeadHost
    let calibrations: CalibrationHost
    let changes: ModelChangeWork
    let classifiers: ClassifierHost
    let detectors: DetectorHost
    let inference: InferenceQueue
    /// Reviews of the registry, groups of the inbox, and proposals to split a character.
    let reviews = SharedWork("review")
    let inboxGroups = InboxGroups()
    /// Reviews of one character. They take a moment, and do not wait for ``reviews``.
    let checks = SharedWork("check")
    /// Comparisons of heads.
    let comparisons = SharedWork("comparison", qos: .utility)
    /// Calibrations that were asked for, and comparisons of two heads.
    let fits = SharedWork("fit")
    let pairs = EnrolledPairs()
    let variances = EnrolledVariance()
    let jobs: JobRunner
    let housekeeping: Housekeeping
    let thumbnails: ThumbnailCache
    let changeFeed: ChangeFeed
    let webhooks: WebhookHost
    let backups: BackupHost
    let bundles: BundleHost
    let access: AccessControl
    let authentication: Authentication
    let page: PageHost
    var links: LoginLinks { LoginLinks(registry: registry) }
    let connections: ConnectionTable
    /// Of the bodies that are in memory.
    let bodies: BodyBudget
    /// Of the bodies that are in files.
    let uploads = BodyBudget(.init(total: 8 << 30, perCaller: 4 << 30), place: "on the disk")
    let metrics: Metrics
    let log: Log
    let socketPath: String
    /// How long answers rest on memory alone while the database is away.
    let outage: Duration
    let started = ContinuousClock.now
    let startDate = Date()

    var dataDirectory: String { registry.directory }

    /// Makes all services on a registry. Nothing runs in the background before ``startJobs()``,
    /// ``CalibrationHost/start()``, ``Housekeeping/start()`` and ``WebhookHost/start()``.
    /// - Parameters:
    ///   - threads: of the network.
    ///   - program: the program that runs the trainings: `aniwho`.
    ///   - socketPath: of the daemon's Unix socket, for the status.
    static func make(
        on registry: Registry, log: Log, threads: Int, program: String, roles: Roles = Roles(),
        limits: PeerLimits = PeerLimits(), connections: ConnectionLimits = ConnectionLimits(),
        bodies: BodyBudget.Limits = BodyBudget.Limits(), retention: Retention = Retention(),
        webhooks reach: WebhookReach = .loopback, socketPath: String = "", page: PageSettings = PageSettings(),
        outage: Duration = .seconds(60)
    ) async throws -> Services {
        let metrics = Metrics(lastBackup: try await registry.lastBackup())
        let models = ModelHost(registry: registry, log: log, threads: threads)
        let heads = try await HeadHost(registry: registry, metrics: metrics, log: log)
        let calibrations = try await CalibrationHost(registry: registry, models: models, log: log)
        let changes = ModelChangeWork(registry: registry, models: models, heads: heads, calibrations: calibrations)
        let classifiers = ClassifierHost(registry: registry, metrics: metrics, threads: threads)
        let webhooks = WebhookHost(registry: registry, log: log, reach: reach)
        let jobs = JobRunner(
            registry: registry, models: models, changes: changes, classifiers: classifiers, log: log, program: program,
            ended: { webhooks.note($0) })
        let thumbnails = ThumbnailCache(directory: registry.directory)
        return Services(
            registry: registry, models: models, heads: heads, calibrations: calibrations, changes: changes,
            classifiers: classifiers, detectors: DetectorHost(registry: registry, log: log, threads: threads),
            inference: InferenceQueue(metrics: metrics, lanes: threads),
            jobs: jobs,
            housekeeping: Housekeeping(
                registry: registry, jobs: jobs, thumbnails: thumbnails, log: log, retention: retention),
            thumbnails: thumbnails, changeFeed: ChangeFeed(registry: registry), webhooks: webhooks,
            backups: BackupHost(registry: registry, metrics: metrics, log: log),
            bundles: BundleHost(
                registry: registry, models: models, heads: heads, calibrations: calibrations, log: log),
            access: AccessControl(roles, limits: limits),
            authentication: Authentication(registry: registry, pageURL: page.url),
            page: PageHost(registry: registry, log: log, isAllowed: page.isAllowed),
            connections: ConnectionTable(connections), bodies: BodyBudget(bodies, place: "of memory"), metrics: metrics,
            log: log, socketPath: socketPath, outage: outage)
    }

    /// Begins to work on the jobs, with interrupted ones first.
    func startJobs() async { await jobs.start { try await EnrolledWork.begin($0, resumes: $1, self) } }

    /// The budget that bodies of a kind are counted in.
    func budget(for kind: BodyKind) -> BodyBudget { kind == .file ? uploads : bodies }

    /// Runs a request's work with its caller as the author, for the audit log. Unless the request may change the registry, the registry
    /// refuses changes.
    func asked<T: Sendable>(
        by caller: Caller, effect: Effect = .changes, _ work: @Sendable () async throws -> T
    ) async throws -> T {
        try await Caller.$current.withValue(caller) {
            try await Effect.$current.withValue(effect) {
                try await Registry.$isReadOnly.withValue(effect != .changes) {
                    try await Registry.$author.withValue(caller.author, operation: work)
                }
            }
        }
    }

    /// The long computations that requests share.
    var sharedWork: [SharedWork] { [reviews, checks, comparisons, fits, pairs.fits] }

    /// Names the state of all that answers about enrolled pictures depend on. Equal requests of one state have equal answers.
    /// - Throws: `not_ready` when no model is loaded.
    func state() async throws -> String {
        let model = try await models.active().model
        let calibration = calibrations.active(for: model)?.identity ?? ShowCalibration.modelsOwn
        return "\(model.identity) \(registry.supportRevision) \(calibration) \(heads.active.rawValue)"
    }
}
