public import Foundation

/// A trained classifier in the registry.
public struct ClassifierInfo: Codable, Sendable, Equatable {
    public var name: String
    /// SHA-256 of the file, in hexadecimal.
    public var identity: String
    public var architecture: String
    /// The characters it was trained on, in the order of its answers.
    public var classes: [String]
    /// Distance to the nearest class's mean beyond which a picture is unknown; null when the classifier never says unknown.
    public var radius: Double?
    /// Temperature of the softmax over the classes' logits.
    public var temperature: Double
    /// Size of the file.
    public var bytes: Int
    public var addedAt: Date

    public init(
        name: String, identity: String, architecture: String, classes: [String], radius: Double?, temperature: Double,
        bytes: Int, addedAt: Date
    ) {
        self.name = name
        self.identity = identity
        self.architecture = architecture
        self.classes = classes
        self.radius = radius
        self.temperature = temperature
        self.bytes = bytes
        self.addedAt = addedAt
    }
}
