import FewShot
public import Statistics

/// How well prototypes of a few training pictures do on the test pictures that trained classifiers are measured on.
public struct PrototypeResult: Sendable, Codable, Equatable {
    /// The name of the embedding model.
    public let model: String
    /// The number of training pictures in a prototype; a class with fewer uses all it has.
    public let shots: Int
    /// How often the pictures were drawn.
    public let draws: Int
    /// Means over the draws. The intervals account for both the drawn pictures and the test pictures.
    public let top1, top5: Estimate
    /// The median time in milliseconds to embed one picture in memory and compare it with all prototypes.
    public let milliseconds: Double
    /// The number of parameters in the model's file.
    public let parameters: Int

    public init(
        model: String, shots: Int, draws: Int, top1: Estimate, top5: Estimate,
        milliseconds: Double, parameters: Int
    ) {
        (self.model, self.shots, self.draws) = (model, shots, draws)
        (self.top1, self.top5, self.milliseconds, self.parameters) = (top1, top5, milliseconds, parameters)
    }
}
