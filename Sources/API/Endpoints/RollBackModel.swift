/// `POST /v1/models/rollback`: a job that goes back to the model that answered before, with the head and the calibration that it had.
///
/// Images enrolled since are embedded first; `GET /v1/jobs/{id}/events` tells ``ModelChangeEvent``s. Done again, it undoes itself.
public enum RollBackModel: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/models/rollback"
    public static let successStatus = 202

    public typealias Request = EmptyRequest
    public typealias Response = JobInfo
}
