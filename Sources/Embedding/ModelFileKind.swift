public import Foundation
import NeuralNetwork

/// What a safetensors file holds for the registry.
public enum ModelFileKind: Sendable {
    /// What embeds pictures, or plain weights.
    case model
    /// See ``TrainedClassifier``.
    case classifier

    /// Tells by the file's header; whether the rest is usable is another question.
    /// - Throws: `ModelError` with `invalidModel` when it is no safetensors file.
    public init(_ file: Data) throws(ModelError) {
        do {
            self = TrainedClassifier.isClassifier(try Safetensors.metadata(of: file)) ? .classifier : .model
        } catch { throw ModelError(error) }
    }
}
