public import Foundation
import NeuralNetwork

/// What kind of model a safetensors file holds.
public enum ModelFileKind: Sendable {
    /// A model that embeds pictures, or plain weights.
    case model
    /// A ``TrainedClassifier``.
    case classifier

    /// Reads only the file's header. The rest may still be unusable.
    /// - Throws: `ModelError` with `invalidModel` if it is no safetensors file.
    public init(_ file: Data) throws(ModelError) {
        do {
            self = TrainedClassifier.isClassifier(try Safetensors.metadata(of: file)) ? .classifier : .model
        } catch { throw ModelError(error) }
    }
}
