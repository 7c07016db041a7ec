/// `GET /v1/jobs/{id}/events`: what a job's command has told so far, then what it tells, a line each, until the job ends.
///
/// Every line is an object with a member `event`. The command's own are passed on as they are, a change of the model tells
/// ``ModelChangeEvent``s; the daemon adds `launch` when it starts the work (again), and ``JobEnd`` as the last line.
public enum WatchJob: StreamingEndpoint {
    public static let path = "/v1/jobs/{id}/events"

    public typealias Request = IdentifiedRequest
}
