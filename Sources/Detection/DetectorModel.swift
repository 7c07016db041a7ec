import Backbones
public import Embedding
public import Foundation
public import NeuralNetwork

/// A face detector's file: the tensors of ``FaceDetectorNetwork`` and its settings, in safetensors.
public struct DetectorModel: Sendable {
    /// The SHA-256 of the file.
    public let identity: String
    /// The long side that pictures are resized to, in pixels.
    public let longSide: Int
    /// A face counts as found from this score on.
    public let threshold: Double
    /// The free-form strings of the file.
    public let metadata: [String: String]
    public let byteCount: Int
    let weights: [String: Tensor]

    /// The long sides that pictures may be resized to, in pixels.
    public static let longSides = 64...2048
    /// The threshold of a detector that was not measured.
    public static let defaultThreshold = 0.5
    /// The value of `kind` in the file's metadata.
    public static let kind = ModelFileKind.detectorKind

    private enum Key {
        static let kind = ModelFileKind.kindKey, architecture = "architecture", size = "input_size",
            threshold = "threshold"
    }

    /// The number of parameters, including the statistics of batch norms.
    public var parameterCount: Int { weights.values.reduce(0) { $0 + $1.values.count } }

    /// - Throws: `ModelError` with `invalidModel` if the file is damaged, no detector, or has unusable settings.
    public init(_ file: Data) throws(ModelError) {
        let contents: Safetensors
        do { contents = try Safetensors(file) } catch { throw ModelError(.invalidModel, error.message) }
        metadata = contents.metadata
        guard metadata[Key.kind] == Self.kind, metadata[Key.architecture] == FaceDetectorNetwork.name else {
            let other = metadata[Key.architecture].map { "a model of the architecture \($0)" } ?? "no detector"
            throw ModelError(.invalidModel, "the file holds \(other), not a face detector")
        }
        guard let longSide = metadata[Key.size].flatMap({ Int($0) }), Self.longSides.contains(longSide) else {
            throw ModelError(.invalidModel, "the detector's input size is \"\(metadata[Key.size] ?? "missing")\"")
        }
        guard let threshold = metadata[Key.threshold].flatMap({ Double($0) }), threshold > 0, threshold < 1 else {
            throw ModelError(.invalidModel, "the detector's threshold is \"\(metadata[Key.threshold] ?? "missing")\"")
        }
        do { weights = try FaceDetectorNetwork.graph(height: 32, width: 32).checkedWeights(contents.tensors) } catch {
            throw ModelError(.invalidModel, error.message)
        }
        (self.longSide, self.threshold) = (longSide, threshold)
        identity = ContentHash.sha256(file)
        byteCount = file.count
    }

    /// Weights in memory, which have no file yet.
    public init(weights: [String: Tensor], longSide: Int, threshold: Double) {
        (self.weights, self.longSide, self.threshold) = (weights, longSide, threshold)
        (identity, metadata, byteCount) = ("", [:], 0)
    }

    /// The bytes of a file. Matrices are in half precision, vectors in single.
    /// - Parameter notes: further strings for the metadata.
    /// - Throws: `ModelError` with `invalidModel`, naming a matrix with a value that half precision cannot store.
    public func file(notes: [String: String]) throws(ModelError) -> Data {
        var metadata = notes
        metadata[Key.kind] = Self.kind
        metadata[Key.threshold] = String(threshold)
        return try Model.file(
            FaceDetectorNetwork.backbone, weights: weights, inputSize: longSide, notes: metadata)
    }
}
