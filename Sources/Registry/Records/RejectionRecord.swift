public import Foundation

/// That a picture is not of a character, as the owner said.
public struct RejectionRecord: Sendable, Equatable {
    /// Never reused, not even after removal.
    public let id: Int64
    public let characterID: Int64
    public let characterName: String
    /// SHA-256 of the picture's bytes, hexadecimal.
    public let sha256: String
    /// Where the picture came from, as the user gave it.
    public let source: String
    public let addedAt: Date

    public init(
        id: Int64, characterID: Int64, characterName: String, sha256: String, source: String, addedAt: Date
    ) {
        self.id = id
        self.characterID = characterID
        self.characterName = characterName
        self.sha256 = sha256
        self.source = source
        self.addedAt = addedAt
    }
}

/// What a rejection did: nothing new where the picture was rejected already.
public struct RejectionResult: Sendable, Equatable {
    public let rejection: RejectionRecord
    public let created: Bool

    public init(rejection: RejectionRecord, created: Bool) {
        self.rejection = rejection
        self.created = created
    }
}
