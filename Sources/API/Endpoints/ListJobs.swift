/// `GET /v1/jobs`: all jobs, oldest first.
public enum ListJobs: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/jobs"

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        public var jobs: [JobInfo]
        public init(jobs: [JobInfo]) { self.jobs = jobs }
    }
}
