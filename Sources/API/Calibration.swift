public import Statistics

/// A calibration on the registry's own pictures: what it was fitted on, and its error rates at this registry's size.
public struct CalibrationReport: Codable, Sendable, Equatable {
    /// The share of strangers' pictures that may be named, as the owner chose it.
    public var allowedFalseAccepts: Double
    /// The probability that a name needs.
    public var threshold: Double
    /// How answers decide between a name and "unknown".
    public var rule: DecisionRule
    /// T of the mean head's softmax over −distance / T.
    public var temperature: Double
    /// The number of characters that can be named.
    public var characters: Int
    /// The number of pictures asked, each once as its character's and once as a stranger's.
    public var pictures: Int
    /// The expected calibration error: the mean difference between the answer's probability and how often it is right, half of the pictures
    /// being strangers'.
    public var calibrationError: Estimate
    /// The share of strangers' pictures that were named.
    public var falseAccepts: Estimate
    /// The share of enrolled characters' pictures called unknown.
    public var falseRejects: Estimate
    /// The share of enrolled characters' pictures named rightly.
    public var namedRightly: Estimate

    public init(
        allowedFalseAccepts: Double, rule: DecisionRule, temperature: Double, characters: Int, pictures: Int,
        calibrationError: Estimate, falseAccepts: Estimate, falseRejects: Estimate, namedRightly: Estimate
    ) {
        self.allowedFalseAccepts = allowedFalseAccepts
        threshold = rule.threshold(falseAccepts: allowedFalseAccepts)
        self.rule = rule
        self.temperature = temperature
        self.characters = characters
        self.pictures = pictures
        self.calibrationError = calibrationError
        self.falseAccepts = falseAccepts
        self.falseRejects = falseRejects
        self.namedRightly = namedRightly
    }
}

/// `GET /v1/calibration`: the calibration that answers use, the registry's own or the model's.
public enum ShowCalibration: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/calibration"

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        /// The calibration's name in answers: ``modelsOwn``, or the beginning of a hash of the fitted values.
        public var identity: String
        /// Null while answers use the model's own values.
        public var calibration: CalibrationReport?
        /// Whether the daemon calibrates after changes, once enough is enrolled: always, unless the owner has gone back to the model's own
        /// values.
        public var followsChanges: Bool

        public init(identity: String, calibration: CalibrationReport?, followsChanges: Bool) {
            self.identity = identity
            self.calibration = calibration
            self.followsChanges = followsChanges
        }
    }

    /// The name of the calibration that came with the model.
    public static let modelsOwn = "model"
}

/// `POST /v1/calibration?false_accept=`: starts a job that fits probabilities and the threshold on the enrolled pictures, as the daemon does by
/// itself after changes, and chooses the share of strangers that may be named.
public enum RunCalibration: WorkEndpoint {
    public static let path = "/v1/calibration"

    /// The allowed values of ``Request/falseAccept``.
    public static let rates = 0.0...0.5
    /// The rate if the owner has not chosen one.
    public static let defaultRate = DecisionRule.defaultFalseAccepts

    public struct Request: EndpointRequest, Equatable {
        /// The share of strangers' pictures that may be named; when nil, the one chosen last.
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

    public typealias Outcome = ShowCalibration.Response
}

/// `POST /v1/calibration/trial?false_accept=`: the report of the calibration that `POST /v1/calibration` would make. Changes nothing.
public enum TryCalibration: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/calibration/trial"
    public static let isLong = true

    public typealias Request = RunCalibration.Request
    public typealias Response = CalibrationReport
}

/// `DELETE /v1/calibration`: goes back to the model's own values, and stays there until a calibration is asked for.
public enum ResetCalibration: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/calibration"

    public typealias Request = EmptyRequest
    public typealias Response = ShowCalibration.Response
}
