/// A calibration on the registry's own pictures: what it was fitted on, and how good it is at this registry's size.
public struct CalibrationInfo: Codable, Sendable, Equatable {
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
