/// `GET /v1/calibration`: what answers are decided by, the registry's own calibration or the model's.
public enum ShowCalibration: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/calibration"

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        /// Names the calibration as answers do: ``modelsOwn``, or the hash of what was fitted.
        public var identity: String
        /// Null where the model's own values are used.
        public var calibration: CalibrationInfo?
        /// Whether it is made again by itself after changes.
        public var followsChanges: Bool

        public init(identity: String, calibration: CalibrationInfo?, followsChanges: Bool) {
            self.identity = identity
            self.calibration = calibration
            self.followsChanges = followsChanges
        }
    }

    /// What answers call the calibration that came with the model.
    public static let modelsOwn = "model"
}
