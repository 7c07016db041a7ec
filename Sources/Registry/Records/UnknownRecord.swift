public import Foundation

/// A picture in the inbox, without its bytes.
public struct UnknownRecord: Sendable, Equatable {
    /// Never reused, not even after removal.
    public let id: Int64
    /// SHA-256 of the bytes, hexadecimal.
    public let sha256: String
    /// `png`, `jpeg` or `webp`, as the caller named it.
    public let format: String
    public let byteCount: Int
    public let width: Int
    public let height: Int
    /// Where the picture came from, as the user gave it.
    public let source: String
    public let addedAt: Date

    public init(
        id: Int64, sha256: String, format: String, byteCount: Int, width: Int, height: Int, source: String,
        addedAt: Date
    ) {
        self.id = id
        self.sha256 = sha256
        self.format = format
        self.byteCount = byteCount
        self.width = width
        self.height = height
        self.source = source
        self.addedAt = addedAt
    }
}

/// What keeping pictures in the inbox did.
public struct KeptUnknowns: Sendable, Equatable {
    public let kept: [UnknownRecord]
    /// How many were in the inbox already, or came twice.
    public let known: Int
    /// How many were not kept because they are enrolled.
    public let enrolled: Int

    public init(kept: [UnknownRecord], known: Int, enrolled: Int) {
        self.kept = kept
        self.known = known
        self.enrolled = enrolled
    }
}
