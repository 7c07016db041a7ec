/// `POST /v1/jobs/{id}/cancel`: ends a job that waits or runs; its command stops with a checkpoint. 409 when it has ended.
public enum CancelJob: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/jobs/{id}/cancel"

    public typealias Request = IdentifiedRequest
    public typealias Response = JobInfo
}
