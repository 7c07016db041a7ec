public import Foundation

/// What a job does: run a command that trains or compares trainings, change the model that answers, or work on what is enrolled.
public enum JobKind: RawRepresentable, Codable, Sendable, Hashable, CaseIterable, GrowingEnumeration {
    /// Writes everything in the registry to one file.
    case backUp
    /// Fits probabilities and the threshold on the enrolled pictures.
    case calibrate
    /// Runs a grid of transfer trainings and reports on it. It makes no model.
    case compare
    /// Compares all heads on the enrolled pictures.
    case compareHeads
    case exportBundle
    case importBundle
    case metaTrain
    case pretrain
    /// Goes back to the former model.
    case rollBackModel
    case transferTrain
    /// Does all that ``useModel`` does except for the swap.
    case tryModel
    case useModel
    /// A kind that this version does not know; another version of AniWho queued the job.
    case other(String)

    /// The kinds that this version knows.
    public static let allCases: [JobKind] = [
        .backUp, .calibrate, .compare, .compareHeads, .exportBundle, .importBundle, .metaTrain, .pretrain,
        .rollBackModel, .transferTrain, .tryModel, .useModel,
    ]
    /// The commands that make a model or a classifier.
    public static let trainings: [JobKind] = [.metaTrain, .pretrain, .transferTrain]
    /// The commands of `aniwho` that the daemon runs in child processes. It runs one such job at a time.
    public static let commands: [JobKind] = trainings + [.compare]
    /// The commands that can train on the registry's pictures.
    public static let trainsOnEnrolled: [JobKind] = [.transferTrain, .compare]
    /// The work on the model that answers. The daemon runs one such job at a time.
    public static let modelChanges: [JobKind] = [.rollBackModel, .tryModel, .useModel]

    /// The work on what is enrolled, which the daemon does itself. One job of each group runs at a time.
    public static let enrolledWork: [[JobKind]] = [
        [.backUp], [.exportBundle, .importBundle], [.calibrate], [.compareHeads],
    ]

    /// The kind's name in JSON, in the database and, for commands, on the command line.
    public var rawValue: String {
        switch self {
        case .backUp: "back-up"
        case .calibrate: "calibrate"
        case .compare: "compare"
        case .compareHeads: "compare-heads"
        case .exportBundle: "export-bundle"
        case .importBundle: "import-bundle"
        case .metaTrain: "meta-train"
        case .pretrain: "pretrain"
        case .rollBackModel: "roll-back-model"
        case .transferTrain: "transfer-train"
        case .tryModel: "try-model"
        case .useModel: "use-model"
        case .other(let name): name
        }
    }

    /// A kind that this version knows; nil for any other name.
    public init?(rawValue: String) {
        guard let kind = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = kind
    }

    /// The kind of a job that exists already, which may be ``other(_:)``.
    public init(stored name: String) { self = JobKind(rawValue: name) ?? .other(name) }

    public init(from decoder: any Decoder) throws {
        self.init(stored: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    public var isKnown: Bool { Self.allCases.contains(self) }

    public var changesModel: Bool { Self.modelChanges.contains(self) }

    /// Whether it makes a model or a classifier.
    public var trains: Bool { Self.trainings.contains(self) }

    /// Whether the daemon runs a command for it.
    public var runsCommand: Bool { Self.commands.contains(self) }

    /// Whether it makes a classifier. The other trainings make a model.
    public var makesClassifier: Bool { self == .transferTrain }
}

/// How far a job is: first queued, then running, then one of the three final states.
public enum JobState: String, Codable, Sendable, CaseIterable {
    /// It waits for its turn.
    case queued
    /// It works.
    case running
    /// It succeeded: the registry holds its model or classifier, or the job its result or its report.
    case finished
    /// It has failed.
    case failed
    /// Somebody cancelled it.
    case cancelled

    public var hasEnded: Bool { self != .queued && self != .running }
}

/// A job: a training or a comparison that the daemon runs in a child process, or long work that the daemon does itself. It goes on when nobody waits for it.
public struct Job: Codable, Sendable, Equatable {
    /// Never reused.
    public var id: Int64
    /// What it does.
    public var kind: JobKind
    /// The name of the model or classifier to make. For a change of the model: the name of the model that is to answer. For a comparison
    /// and for work on what is enrolled: the kind and the job's number.
    public var name: String
    /// The command's options; for work on what is enrolled, what `aniwho` would be given.
    public var arguments: [String]
    /// Whether it trains on the pictures that are enrolled when it starts.
    public var fromRegistry: Bool
    /// How far it is.
    public var state: JobState
    /// When it was queued.
    public var createdAt: Date
    /// When it started for the first time; a job that was resumed keeps this time. null while it waits.
    public var startedAt: Date?
    /// When it ended; null before.
    public var endedAt: Date?
    /// The last of its events, as the command wrote it; null before the first.
    public var progress: JSONValue?
    /// Why it failed.
    public var error: String?
    /// The code of the error; null unless work on what is enrolled failed.
    public var errorCode: String?
    /// What work on what is enrolled gave, as its operation describes it; null until it has finished, and for other kinds.
    public var result: JSONValue?
    /// Identity of the model or classifier that it made, or of the model that it worked with.
    public var model: String?
    /// What its owner should know, one sentence each, such as which characters it leaves out.
    public var warnings: [String]
    /// Its folder on the daemon's machine. It holds `events.ndjson`, `messages.log` and, in `run`, the command's own files.
    public var folder: String

    public init(
        id: Int64, kind: JobKind, name: String, arguments: [String], fromRegistry: Bool, state: JobState,
        createdAt: Date,
        startedAt: Date?, endedAt: Date?, progress: JSONValue?, error: String?, errorCode: String? = nil,
        result: JSONValue? = nil, model: String?, warnings: [String], folder: String
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.arguments = arguments
        self.fromRegistry = fromRegistry
        self.state = state
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.progress = progress
        self.error = error
        self.errorCode = errorCode
        self.result = result
        self.model = model
        self.warnings = warnings
        self.folder = folder
    }
}

/// The last line of a job's events, `"event":"end"`: how far the job is when the stream ends.
///
/// If the job is queued or running, the daemon is stopping; the job goes on when the daemon starts again.
public struct JobEnd: Codable, Sendable, Equatable {
    /// Always `end`.
    public var event: String
    /// The job's number.
    public var id: Int64
    /// null for a kind that this version does not know.
    public var kind: JobKind?
    /// How far the job is.
    public var state: JobState
    /// The name of the model or classifier that it made, or is to make.
    public var name: String
    /// Why it failed.
    public var error: String?
    /// As ``Job/errorCode``.
    public var errorCode: String?
    /// As ``Job/result``.
    public var result: JSONValue?

    public init(
        id: Int64, kind: JobKind?, state: JobState, name: String, error: String?, errorCode: String? = nil,
        result: JSONValue? = nil
    ) {
        event = Self.event
        self.id = id
        self.kind = kind
        self.state = state
        self.name = name
        self.error = error
        self.errorCode = errorCode
        self.result = result
    }

    /// The end of a job as it stands.
    public init(_ job: Job) {
        self.init(
            id: job.id, kind: job.kind.isKnown ? job.kind : nil, state: job.state, name: job.name, error: job.error,
            errorCode: job.errorCode, result: job.result)
    }

    /// The end of a job that failed, before the registry has recorded the failure.
    public init(_ job: Job, failed reason: String) {
        self.init(job)
        (state, error) = (.failed, reason)
    }

    public static let event = "end"
}
