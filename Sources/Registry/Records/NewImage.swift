public import Foundation

/// An image to enrol: its original bytes and the embedding that the active model made of it.
public struct NewImage: Sendable, Equatable {
    /// The file as it came, byte for byte.
    public let bytes: Data
    /// SHA-256 of `bytes`, 64 hexadecimal digits. The registry trusts it.
    public let sha256: String
    public let format: String
    public let width: Int
    public let height: Int
    /// Where the picture came from: a path, an address, or nothing.
    public let source: String
    /// As many values as the model has dimensions, all finite.
    public let embedding: [Float]

    public init(
        bytes: Data, sha256: String, format: String, width: Int, height: Int, source: String, embedding: [Float]
    ) {
        precondition(sha256.utf8.count == 64, "a SHA-256 is 64 hexadecimal digits")
        self.bytes = bytes
        self.sha256 = sha256
        self.format = format
        self.width = width
        self.height = height
        self.source = source
        self.embedding = embedding
    }
}

/// An image that still waits for a model's embedding.
public struct PendingImage: Sendable, Equatable {
    public let id: Int64
    /// The original file.
    public let bytes: Data

    public init(id: Int64, bytes: Data) {
        self.id = id
        self.bytes = bytes
    }
}
