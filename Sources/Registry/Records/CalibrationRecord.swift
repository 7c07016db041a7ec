public import Foundation

/// What was fitted on the registry's own pictures under a model.
public struct CalibrationRecord: Sendable, Equatable {
    /// SHA-256 of the value, hexadecimal. The registry trusts it.
    public let identity: String
    /// JSON, stored as it is.
    public let value: String
    public let madeAt: Date

    public init(identity: String, value: String, madeAt: Date) {
        self.identity = identity
        self.value = value
        self.madeAt = madeAt
    }
}

/// How widely a character's supports lie about its prototype.
public struct SpreadRecord: Sendable, Equatable {
    public let characterID: Int64
    /// Number of supports, at least one.
    public let count: Int
    /// Root mean squared distance of the supports to the prototype.
    public let spread: Double

    public init(characterID: Int64, count: Int, spread: Double) {
        self.characterID = characterID
        self.count = count
        self.spread = spread
    }
}
