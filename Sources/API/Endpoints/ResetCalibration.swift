/// `DELETE /v1/calibration`: goes back to the model's own temperature and radius.
public enum ResetCalibration: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/calibration"

    public typealias Request = EmptyRequest
    public typealias Response = ShowCalibration.Response
}
