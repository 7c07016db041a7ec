/// An operation that queues a job and answers with it at once, with status 202.
///
/// A request may carry the header `Idempotency-Key`: a text of the caller's choice, 1 to 255 visible ASCII characters. The same caller's next
/// request with this key gets the same job, as it is by then, and queues nothing; with the key but another content it is refused. The key is
/// kept as long as the job is listed. So a caller that lost an answer can ask again (draft-ietf-httpapi-idempotency-key-header).
public protocol JobEndpoint: Endpoint where Response == Job {}

extension JobEndpoint {
    public static var method: HTTPMethod { .post }
    public static var successStatus: Int { 202 }
}

/// Work on what is enrolled, as a job. ``WatchJob`` sends its ``WorkProgress``.
public protocol WorkEndpoint: JobEndpoint {
    /// What ``Job/result`` holds when the job has finished.
    associatedtype Outcome: Codable & Sendable & Equatable
}
