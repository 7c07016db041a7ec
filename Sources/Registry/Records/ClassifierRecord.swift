public import Foundation

/// A trained classifier as the registry stores it, without its bytes.
public struct ClassifierRecord: Sendable, Equatable {
    /// SHA-256 of the file, hexadecimal.
    public let identity: String
    /// Unique among classifiers; the rules of characters' names hold.
    public let name: String
    public let architecture: String
    /// The names of its classes, in the order of its answers.
    public let classes: [String]
    public let byteCount: Int
    public let addedAt: Date
    /// JSON, as the caller gave it.
    public let metadata: String

    public init(
        identity: String, name: String, architecture: String, classes: [String], byteCount: Int, addedAt: Date,
        metadata: String
    ) {
        self.identity = identity
        self.name = name
        self.architecture = architecture
        self.classes = classes
        self.byteCount = byteCount
        self.addedAt = addedAt
        self.metadata = metadata
    }
}
