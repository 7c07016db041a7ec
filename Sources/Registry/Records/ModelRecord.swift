public import Foundation

/// A model as the registry stores it, without its bytes.
public struct ModelRecord: Sendable, Equatable {
    /// SHA-256 of the model file, hexadecimal.
    public let identity: String
    /// Unique; the rules of characters' names hold.
    public let name: String
    public let architecture: String
    /// The length of its embeddings.
    public let dimensions: Int
    public let byteCount: Int
    public let addedAt: Date
    /// Whether this is the model that answers; at most one is.
    public let active: Bool
    /// JSON, as the caller gave it.
    public let metadata: String

    public init(
        identity: String, name: String, architecture: String, dimensions: Int, byteCount: Int, addedAt: Date,
        active: Bool, metadata: String
    ) {
        self.identity = identity
        self.name = name
        self.architecture = architecture
        self.dimensions = dimensions
        self.byteCount = byteCount
        self.addedAt = addedAt
        self.active = active
        self.metadata = metadata
    }
}
