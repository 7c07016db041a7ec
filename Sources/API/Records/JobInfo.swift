public import Foundation

/// What jobs do: run a command that trains, or change the model that answers.
public enum JobKind: String, Codable, Sendable, CaseIterable {
    case metaTrain = "meta-train"
    case pretrain
    /// Goes back to the model before.
    case rollBackModel = "roll-back-model"
    case transferTrain = "transfer-train"
    /// Does all of `use-model` but the swap.
    case tryModel = "try-model"
    case useModel = "use-model"

    /// The commands that train.
    public static let trainings: [JobKind] = [.metaTrain, .pretrain, .transferTrain]
    /// The work on the model that answers, of which one job is under way at a time.
    public static let modelChanges: [JobKind] = [.rollBackModel, .tryModel, .useModel]

    public var changesModel: Bool { Self.modelChanges.contains(self) }

    /// Whether it makes a classifier, where the others make a model.
    public var makesClassifier: Bool { self == .transferTrain }
}

/// Where a job stands. It is queued, then running, then one of the others for good.
public enum JobState: String, Codable, Sendable, CaseIterable {
    case queued
    case running
    /// Its model or classifier is in the registry.
    case finished
    case failed
    case cancelled

    public var hasEnded: Bool { self != .queued && self != .running }
}

/// A job: a training that the daemon runs in a child process, or a change of the model that it makes itself.
public struct JobInfo: Codable, Sendable, Equatable {
    public var id: Int64
    public var kind: JobKind
    /// What its model or classifier is to be called; of a change of the model, which one is to answer.
    public var name: String
    /// The command's options.
    public var arguments: [String]
    /// Whether it trains on the pictures that are enrolled when it starts.
    public var fromRegistry: Bool
    public var state: JobState
    public var createdAt: Date
    /// When it began to run, at first if it was resumed; null while it waits.
    public var startedAt: Date?
    public var endedAt: Date?
    /// The last of its events, as the command wrote it; null before the first.
    public var progress: JSONValue?
    /// Why it failed.
    public var error: String?
    /// Identity of the model or classifier it made, or of the model that it worked with.
    public var model: String?
    /// What its owner should know, a sentence each: of the registry's characters, which it leaves out.
    public var warnings: [String]
    /// Its folder on the daemon's machine: `events.ndjson`, `messages.log`, and what the command keeps in `run`.
    public var folder: String

    public init(
        id: Int64, kind: JobKind, name: String, arguments: [String], fromRegistry: Bool, state: JobState,
        createdAt: Date,
        startedAt: Date?, endedAt: Date?, progress: JSONValue?, error: String?, model: String?, warnings: [String],
        folder: String
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
        self.model = model
        self.warnings = warnings
        self.folder = folder
    }
}
