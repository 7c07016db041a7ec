/// `POST /v1/models/{name}/use?dry_run=`: a job that embeds all stored images with that model, says which answers change, and then
/// answers with it.
///
/// The old model goes on answering until one transaction makes the new one active. `GET /v1/jobs/{id}/events` tells
/// ``ModelChangeEvent``s. With `dry_run=true` the job ends before the swap; the vectors stay for the next time.
public enum UseModel: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/models/{name}/use"
    public static let successStatus = 202

    public typealias Request = UseRequest
    public typealias Response = JobInfo
}
