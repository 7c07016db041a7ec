/// `GET /v1/jobs?limit=&after=`: one page of the jobs, oldest first.
public enum ListJobs: ListEndpoint {
    public static let path = "/v1/jobs"

    public typealias Request = PageRequest

    public struct Response: PagedResponse, Equatable {
        /// The entries of the page.
        public var jobs: [Job]
        /// As ``PagedResponse/next``.
        public var next: String?

        public init(jobs: [Job], next: String? = nil) { (self.jobs, self.next) = (jobs, next) }

        public var entries: [Job] { jobs }
    }
}

/// `GET /v1/jobs/{id}`: one job.
public enum ShowJob: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/jobs/{id}"

    public typealias Request = IdentifiedRequest
    public typealias Response = Job
}

/// `POST /v1/jobs`: queues a training or a comparison. The daemon runs it in a child process after those that were queued earlier.
public enum StartJob: JobEndpoint {
    public static let path = "/v1/jobs"
    public static let body = BodyKind.json

    public struct Request: JSONRequest {
        /// A training, or `compare`.
        public var kind: JobKind
        /// The name of the model or classifier to make; null for the kind and the job's number. A comparison makes none, and takes no name.
        public var name: String?
        /// The command's options; paths in them are absolute.
        ///
        /// ``JobArguments`` has the rules.
        public var arguments: [String]
        /// Whether it trains on the pictures that are enrolled when it starts, in place of `--data`; false when absent.
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
            guard kind.isKnown else {
                throw DecodingError.dataCorruptedError(
                    forKey: .kind, in: container, debugDescription: "there is no such kind of job")
            }
            name = try container.decodeIfPresent(String.self, forKey: .name)
            arguments = try container.decode([String].self, forKey: .arguments)
            fromRegistry = try container.decodeIfPresent(Bool.self, forKey: .fromRegistry) ?? false
        }

        public func check() throws(APIError) {
            let arguments = try JobArguments(arguments)
            guard kind.runsCommand else {
                throw APIError(
                    .badParameter,
                    "\(kind.rawValue) is neither a training nor a comparison: it has an operation and a command of its own"
                )
            }
            guard kind.trains || name == nil else {
                throw APIError(
                    .badParameter, "\(kind.rawValue) makes no model that could have a name; leave out “\(name ?? "")”")
            }
            guard fromRegistry else { return }
            guard JobKind.trainsOnEnrolled.contains(kind) else {
                let able = JobKind.trainsOnEnrolled.map(\.rawValue).joined(separator: " and ")
                throw APIError(
                    .badParameter, "\(kind.rawValue) cannot train on the registry's pictures; only \(able) can")
            }
            for option in Self.dataOptions where arguments.has(option) {
                throw APIError(
                    .badParameter, "--\(option) cannot be given: the job trains on the registry's pictures")
            }
        }

        /// The options that name the pictures to train on.
        private static let dataOptions = ["data", "sources"]
    }
}

/// `GET /v1/jobs/{id}/events`: all events of a job from the first, one a line, until the job ends.
///
/// Every line is an object with a member `event`. The daemon passes on a command's own events unchanged, as ``TrainingLine``s; a change of
/// the model writes ``ModelChangeEvent``s, and work on what is enrolled ``WorkProgress`` as `progress`. The daemon adds ``JobLaunch`` as
/// `launch` each time it starts the work, and ``JobEnd`` as the last line.
public enum WatchJob: StreamingEndpoint {
    public static let path = "/v1/jobs/{id}/events"
    public static let lines =
        [StreamLine(JobLaunch.event, JobLaunch.self), StreamLine(WorkProgress.event, WorkProgress.self)]
        + ModelChangeEvent.lines + [StreamLine(nil, TrainingLine.self), StreamLine(JobEnd.event, JobEnd.self)]

    public typealias Request = IdentifiedRequest
}

/// `GET /v1/jobs/{id}/report`: the report of a comparison, as it is by now: one page of HTML that needs no other file.
///
/// The command writes it again after each run. 404 while there is none, and for jobs of other kinds.
public enum FetchReport: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/jobs/{id}/report"
    public static let responseKind = ResponseKind.bytes([MediaType.html])

    public typealias Request = IdentifiedRequest
    public typealias Response = ComparisonPage
}

/// `POST /v1/jobs/{id}/cancel`: cancels a job that waits or runs. Its command writes a checkpoint and stops. 409 when it has ended.
public enum CancelJob: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/jobs/{id}/cancel"

    public typealias Request = IdentifiedRequest
    public typealias Response = Job
}

/// `POST /v1/jobs/prune`: removes jobs that ended some time ago, with their folders and reports. The models and classifiers that they made stay.
public enum PruneJobs: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/jobs/prune"
    public static let body = BodyKind.json

    public struct Request: JSONRequest {
        /// A job is removed if it ended at least this many days (of 24 hours) ago: 0 to 36500. 0 removes all that have ended.
        public var olderThanDays: Int

        public init(olderThanDays: Int) { self.olderThanDays = olderThanDays }

        public func check() throws(APIError) {
            guard Self.days.contains(olderThanDays) else {
                throw APIError(
                    .badParameter,
                    "older_than_days is a number from \(Self.days.lowerBound) to \(Self.days.upperBound), not \(olderThanDays)"
                )
            }
        }

        private static let days = 0...36_500
    }

    public struct Response: Codable, Sendable, Equatable {
        /// The number of jobs that were removed.
        public var removed: Int
        /// The bytes of the files that were removed with them.
        public var bytes: Int64

        public init(removed: Int, bytes: Int64) {
            self.removed = removed
            self.bytes = bytes
        }
    }
}
