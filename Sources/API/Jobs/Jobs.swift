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
public struct Job: Codable, Sendable, Equatable {
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

/// The last line of a job's events, `"event":"end"`: where the job stands.
///
/// A job that is queued or running then goes on when the daemon, which stops, starts again.
public struct JobEnd: Codable, Sendable, Equatable {
    /// `end`
    public var event: String
    public var id: Int64
    /// null when it is of a kind that this version does not know.
    public var kind: JobKind?
    public var state: JobState
    /// The name of the model or classifier it made, or is to make.
    public var name: String
    /// Why it failed.
    public var error: String?

    public init(id: Int64, kind: JobKind?, state: JobState, name: String, error: String?) {
        event = Self.event
        self.id = id
        self.kind = kind
        self.state = state
        self.name = name
        self.error = error
    }

    public static let event = "end"
}

/// `GET /v1/jobs`: all jobs, oldest first.
public enum ListJobs: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/jobs"

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        public var jobs: [Job]
        public init(jobs: [Job]) { self.jobs = jobs }
    }
}

/// `GET /v1/jobs/{id}`: one job.
public enum ShowJob: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/jobs/{id}"

    public typealias Request = IdentifiedRequest
    public typealias Response = Job
}

/// `POST /v1/jobs`: queues a training, which the daemon runs in a child process when those before it have ended.
public enum StartJob: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/jobs"
    public static let body = BodyKind.json
    public static let successStatus = 202

    public struct Request: EndpointRequest, Codable, Equatable {
        public var kind: JobKind
        /// What the model or classifier is to be called; the kind and the job's number when null.
        public var name: String?
        /// The command's options, as ``JobArguments`` allows them.
        public var arguments: [String]
        /// Whether it trains on the pictures that are enrolled when it starts, which take the place of `--data`; false when absent.
        public var fromRegistry: Bool

        public init(kind: JobKind, name: String? = nil, arguments: [String], fromRegistry: Bool = false) {
            self.kind = kind
            self.name = name
            self.arguments = arguments
            self.fromRegistry = fromRegistry
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            kind = try container.decode(JobKind.self, forKey: .kind)
            name = try container.decodeIfPresent(String.self, forKey: .name)
            arguments = try container.decode([String].self, forKey: .arguments)
            fromRegistry = try container.decodeIfPresent(Bool.self, forKey: .fromRegistry) ?? false
        }

        public func message() throws(APIError) -> RequestMessage { RequestMessage(body: .json(try JSON.encode(self))) }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            self = try message.json(Self.self)
            try check(JobArguments(arguments))
        }

        private func check(_ arguments: JobArguments) throws(APIError) {
            guard !kind.changesModel else {
                throw APIError(.badParameter, "\(kind.rawValue) is no training: use aniwho models use or rollback")
            }
            guard fromRegistry else { return }
            guard kind == .transferTrain else {
                throw APIError(
                    .badParameter, "\(kind.rawValue) cannot train on the registry's pictures; transfer-train can")
            }
            for option in Self.dataOptions where arguments.has(option) {
                throw APIError(
                    .badParameter, "--\(option) cannot be given: the registry's pictures are what is trained on")
            }
        }

        /// What says which pictures are trained on.
        private static let dataOptions = ["data", "sources"]
    }

    public typealias Response = Job
}

/// `GET /v1/jobs/{id}/events`: what a job's command has told so far, then what it tells, a line each, until the job ends.
///
/// Every line is an object with a member `event`. The command's own are passed on as they are, a change of the model tells
/// ``ModelChangeEvent``s; the daemon adds `launch` when it starts the work (again), and ``JobEnd`` as the last line.
public enum WatchJob: StreamingEndpoint {
    public static let path = "/v1/jobs/{id}/events"

    public typealias Request = IdentifiedRequest
}

/// `POST /v1/jobs/{id}/cancel`: ends a job that waits or runs; its command stops with a checkpoint. 409 when it has ended.
public enum CancelJob: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/jobs/{id}/cancel"

    public typealias Request = IdentifiedRequest
    public typealias Response = Job
}
