public import Foundation

/// A model in the registry.
public struct ModelInfo: Codable, Sendable, Equatable {
    public var name: String
    /// SHA-256 of the model file, in hexadecimal.
    public var identity: String
    public var architecture: String
    /// Length of an embedding.
    public var dimensions: Int
    /// Distance beyond which a picture is unknown; null when the model never says unknown.
    public var radius: Double?
    /// Temperature of the softmax over negative distances.
    public var temperature: Double
    /// Whether the mirror image is averaged in.
    public var mirror: Bool
    /// Size of the model file.
    public var bytes: Int
    public var addedAt: Date
    /// Whether this is the model that answers.
    public var active: Bool

    public init(
        name: String, identity: String, architecture: String, dimensions: Int, radius: Double?, temperature: Double,
        mirror: Bool, bytes: Int, addedAt: Date, active: Bool
    ) {
        self.name = name
        self.identity = identity
        self.architecture = architecture
        self.dimensions = dimensions
        self.radius = radius
        self.temperature = temperature
        self.mirror = mirror
        self.bytes = bytes
        self.addedAt = addedAt
        self.active = active
    }
}
