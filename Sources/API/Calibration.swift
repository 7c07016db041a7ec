/// A calibration on the registry's own pictures: what it was fitted on, and how good it is at this registry's size.
public struct CalibrationReport: Codable, Sendable, Equatable {
    /// The part of strangers' pictures that may be named as somebody, as the owner chose it.
    public var allowedFalseAccepts: Double
    /// T of the softmax over −distance / T.
    public var temperature: Double
    /// The radius of a character that was enrolled since.
    public var commonRadius: Double
    /// Characters that can be named.
    public var characters: Int
    /// Pictures that were asked, each once as its character's and once as a stranger's.
    public var pictures: Int
    /// How far a probability lies, on average, from how often it is right.
    public var calibrationError: RateInfo
    /// Of strangers' pictures, the part named as somebody.
    public var falseAccepts: RateInfo
    /// Of enrolled characters' pictures, the part called unknown.
    public var falseRejects: RateInfo
    /// Of enrolled characters' pictures, the part named rightly.
    public var namedRightly: RateInfo

    public init(
        allowedFalseAccepts: Double, temperature: Double, commonRadius: Double, characters: Int, pictures: Int,
        calibrationError: RateInfo, falseAccepts: RateInfo, falseRejects: RateInfo, namedRightly: RateInfo
    ) {
        self.allowedFalseAccepts = allowedFalseAccepts
        self.temperature = temperature
        self.commonRadius = commonRadius
        self.characters = characters
        self.pictures = pictures
        self.calibrationError = calibrationError
        self.falseAccepts = falseAccepts
        self.falseRejects = falseRejects
        self.namedRightly = namedRightly
    }
}

/// A rate, 0…1, with its 95 % interval.
public struct RateInfo: Codable, Sendable, Equatable {
    public var rate: Double
    public var low: Double
    public var high: Double

    public init(rate: Double, low: Double, high: Double) {
        self.rate = rate
        self.low = low
        self.high = high
    }
}

/// `GET /v1/calibration`: what answers are decided by, the registry's own calibration or the model's.
public enum ShowCalibration: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/calibration"

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        /// Names the calibration as answers do: ``modelsOwn``, or the hash of what was fitted.
        public var identity: String
        /// Null where the model's own values are used.
        public var calibration: CalibrationReport?
        /// Whether it is made again by itself after changes.
        public var followsChanges: Bool

        public init(identity: String, calibration: CalibrationReport?, followsChanges: Bool) {
            self.identity = identity
            self.calibration = calibration
            self.followsChanges = followsChanges
        }
    }

    /// What answers call the calibration that came with the model.
    public static let modelsOwn = "model"
}

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

/// `DELETE /v1/calibration`: goes back to the model's own temperature and radius.
public enum ResetCalibration: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/calibration"

    public typealias Request = EmptyRequest
    public typealias Response = ShowCalibration.Response
}
