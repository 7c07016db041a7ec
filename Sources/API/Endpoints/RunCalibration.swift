/// `POST /v1/calibration?false_accept=`: fits temperature and radii on the enrolled pictures, uses them, and makes them again by
/// itself after changes from then on.
public enum RunCalibration: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/calibration"
    public static let isLong = true

    /// What ``Request/falseAccept`` may be.
    public static let rates = 0.0...0.5
    /// Where the owner has not chosen one.
    public static let defaultRate = 0.05

    public struct Request: EndpointRequest, Equatable {
        /// The part of strangers' pictures that may be named as somebody; the one chosen last when nil.
        public var falseAccept: Double?

        public init(falseAccept: Double? = nil) { self.falseAccept = falseAccept }

        public func message() throws(APIError) -> RequestMessage {
            var query: [String: String] = [:]
            query["false_accept"] = falseAccept.map { String($0) }
            return RequestMessage(query: query)
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery(["false_accept"])
            falseAccept = try message.number("false_accept", in: rates)
        }
    }

    public typealias Response = ShowCalibration.Response
}
