public import Foundation

/// The commands that may be run as jobs.
public enum JobKind: String, Codable, Sendable, CaseIterable {
    case metaTrain = "meta-train"
    case pretrain
}

/// Where a job stands. It is queued, then running, then one of the others for good.
public enum JobState: String, Codable, Sendable, CaseIterable {
    case queued
    case running
    /// Its model is in the registry.
    case finished
    case failed
    case cancelled

    public var hasEnded: Bool { self != .queued && self != .running }
}

/// A job: a training that the daemon runs in a child process.
public struct JobInfo: Codable, Sendable, Equatable {
    public var id: Int64
    public var kind: JobKind
    /// What its model is to be called.
    public var name: String
    /// The command's options.
    public var arguments: [String]
    public var state: JobState
    public var createdAt: Date
    /// When it began to run, at first if it was resumed; null while it waits.
    public var startedAt: Date?
    public var endedAt: Date?
    /// The last of its events, as the command wrote it; null before the first.
    public var progress: JSONValue?
    /// Why it failed.
    public var error: String?
    /// Identity of the model it made.
    public var model: String?
    /// Its folder on the daemon's machine: `events.ndjson`, `messages.log`, and what the command keeps in `run`.
    public var folder: String

    public init(
        id: Int64, kind: JobKind, name: String, arguments: [String], state: JobState, createdAt: Date, startedAt: Date?,
        endedAt: Date?, progress: JSONValue?, error: String?, model: String?, folder: String
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.arguments = arguments
        self.state = state
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.progress = progress
        self.error = error
        self.model = model
        self.folder = folder
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(kind, forKey: .kind)
        try container.encode(name, forKey: .name)
        try container.encode(arguments, forKey: .arguments)
        try container.encode(state, forKey: .state)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encode(endedAt, forKey: .endedAt)
        try container.encode(progress, forKey: .progress)
        try container.encode(error, forKey: .error)
        try container.encode(model, forKey: .model)
        try container.encode(folder, forKey: .folder)
    }

    private enum CodingKeys: String, CodingKey {
        case id, kind, name, arguments, state, progress, error, model, folder
        case createdAt = "created_at"
        case startedAt = "started_at"
        case endedAt = "ended_at"
    }
}
