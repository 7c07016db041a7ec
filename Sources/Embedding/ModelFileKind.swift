public import Foundation
import NeuralNetwork

/// What kind of model a safetensors file holds.
public enum ModelFileKind: Sendable {
    /// A model that embeds pictures, or plain weights.
    case model
    /// A ``TrainedClassifier``.
    case classifier
    /// A face detector.
    case detector

    /// Reads only the file's header. The rest may still be unusable.
    /// - Throws: `ModelError` with `invalidModel` if it is no safetensors file.
    public init(_ file: Data) throws(ModelError) {
        do {
            let metadata = try Safetensors.metadata(of: file)
            self =
                if metadata[Self.kindKey] == Self.detectorKind {
                    .detector
                } else if TrainedClassifier.isClassifier(
                    metadata)
                { .classifier } else { .model }
        } catch { throw ModelError(error) }
    }

    /// The key in a file's metadata that says what it holds, and its value for a face detector.
    public static let kindKey = "kind", detectorKind = "face detector"

    /// What an error calls such a file.
    public var phrase: String {
        switch self {
        case .model: "a model, which embeds pictures"
        case .classifier: "a trained classifier"
        case .detector: "a face detector"
        }
    }

    /// The group of commands for such files.
    public var command: String {
        switch self {
        case .model: "models"
        case .classifier: "classifiers"
        case .detector: "detectors"
        }
    }
}
