/// `GET /v1/jobs/{id}`: one job.
public enum ShowJob: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/jobs/{id}"

    public typealias Request = IdentifiedRequest
    public typealias Response = JobInfo
}
