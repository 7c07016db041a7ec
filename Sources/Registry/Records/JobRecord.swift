public import Foundation

/// A job as the registry stores it: long work that a child process of the daemon does.
public struct JobRecord: Sendable, Equatable {
    /// Where a job stands. It is queued, then running, then one of the others for good.
    public enum State: String, Sendable, CaseIterable {
        case queued
        case running
        /// Its model or classifier is in the registry.
        case finished
        case failed
        case cancelled
    }

    /// Never reused.
    public let id: Int64
    /// The command that is run, such as `meta-train`.
    public let kind: String
    /// What its model or classifier is to be called.
    public let name: String
    /// The command's options.
    public let arguments: [String]
    /// Whether it trains on the pictures that are enrolled when it starts.
    public let fromRegistry: Bool
    public let state: State
    public let createdAt: Date
    /// When it began to run, at first if it was resumed.
    public let startedAt: Date?
    public let endedAt: Date?
    /// The last line of its events, JSON as it came.
    public let progress: String?
    /// Why it failed.
    public let error: String?
    /// Identity of the model or classifier it made.
    public let model: String?
    /// What its owner should know, a sentence each.
    public let warnings: [String]

    public init(
        id: Int64, kind: String, name: String, arguments: [String], fromRegistry: Bool, state: State, createdAt: Date,
        startedAt: Date?, endedAt: Date?, progress: String?, error: String?, model: String?, warnings: [String]
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
    }
}
