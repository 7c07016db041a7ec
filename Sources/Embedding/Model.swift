public import Backbones
public import Foundation
public import NeuralNetwork
public import Statistics

/// Everything that an embedding depends on, in one safetensors file: a backbone with its weights, the taps, a readout, and the preparation of
/// pictures.
public struct Model: Sendable {
    /// The SHA-256 of the file. Embeddings of different identities are never compared.
    public let identity: String
    public let backbone: Backbone
    /// The names of the pooled taps, from shallow to deep.
    public let taps: [String]
    /// nil for the paper's plain model, which is the last tap.
    public let readout: Readout?
    public let transform: EvaluationTransform
    /// Whether the picture's mirror image is averaged in.
    public let mirror: Bool
    /// The distance beyond which a picture hardly shows the character of a mean of five pictures: the scale of distances within a character.
    /// nil if it was never fitted.
    public let radius: Float?
    /// How answers decide between a name and "unknown"; nil if it was never fitted.
    public let decision: DecisionRule?
    /// T of the softmax over −distance / T.
    public let temperature: Float
    /// The sides of what is embedded of a face for the sides of its box: how much around a box the network has seen in its training.
    public let faceScale: Double
    /// The width of an embedding.
    public let dimensions: Int
    /// The free-form strings of the file.
    public let metadata: [String: String]
    /// The size of the file in bytes.
    public let byteCount: Int

    let graph: Graph
    let weights: [String: Tensor]

    public var architecture: String { backbone.name }
    /// The number of parameters of the network and the readout, including the statistics of batch norms.
    public var parameterCount: Int {
        (Array(weights.values) + Array((readout?.tensors ?? [:]).values)).reduce(0) { $0 + $1.values.count }
    }

    /// The keys of the settings in a file's metadata.
    enum Key {
        static let architecture = "architecture", taps = "taps", transform = "transform", size = "input_size"
        static let mirror = "mirror", radius = "radius", temperature = "temperature", decision = "decision"
        static let faceScale = "face_scale"
        /// Only in checkpoints: the state of the run.
        static let state = "state"
    }

    /// Reads a model file, the checkpoint of a training run, or a plain weights file of a known architecture.
    /// - Parameters:
    ///   - architecture: must be given if the file does not name its own.
    ///   - inputSize: the side of the network's input in pixels; nil for the file's.
    /// - Throws: `ModelError`. Every tensor must be there with the right shape and finite values.
    public init(_ file: Data, architecture: String? = nil, inputSize: Int? = nil) throws(ModelError) {
        do {
            let contents = try Safetensors(file)
            try self.init(
                contents, identity: ContentHash.sha256(file), byteCount: file.count, architecture, inputSize)
        } catch let error as NetworkError { throw ModelError(error) } catch let error as ModelError {
            throw error
        } catch {
            throw ModelError(.invalidModel, "\(error)")
        }
    }

    private init(
        _ file: Safetensors, identity: String, byteCount: Int, _ requested: String?, _ requestedSize: Int?
    ) throws {
        self.identity = identity
        self.byteCount = byteCount
        metadata = file.metadata
        backbone = try Self.backbone(named: file.metadata[Key.architecture], requested: requested)
        let size = try requestedSize ?? Self.number(file.metadata, Key.size, Int.init) ?? backbone.inputSize
        let graph = try backbone.checkedGraph(size)
        self.graph = graph
        let known = Dictionary(uniqueKeysWithValues: graph.taps.map { ($0.name, graph.nodes[$0.node].shape.channels) })
        let taps = file.metadata[Key.taps].map { $0.split(separator: ",").map(String.init) } ?? [backbone.outputTap]
        for tap in taps where known[tap] == nil {
            let names = graph.taps.map(\.name).joined(separator: ", ")
            throw ModelError(.invalidModel, "there is no tap \(tap); \(backbone.name) has \(names)")
        }
        guard !taps.isEmpty else { throw ModelError(.invalidModel, "the model names no tap") }
        self.taps = taps
        let widths = taps.compactMap { known[$0] }
        // A checkpoint also holds the optimizer's velocities and the classifier that is trained along.
        var tensors =
            file.metadata[Key.state] == nil
            ? file.tensors
            : file.tensors.filter { !$0.key.hasPrefix("optimiser.") && !$0.key.hasPrefix("classifier.") }
        readout = try Readout.extract(from: &tensors, widths: widths)
        weights = try graph.checkedWeights(tensors)
        dimensions = readout?.dimensions ?? widths.reduce(0, +)
        guard let kind = EvaluationTransform.Kind(rawValue: file.metadata[Key.transform] ?? "resize") else {
            throw ModelError(.invalidModel, "unknown evaluation transform \(file.metadata[Key.transform] ?? "")")
        }
        transform = EvaluationTransform(kind: kind, size: size, normalization: backbone.normalization)
        mirror = file.metadata[Key.mirror] == "true"
        radius = try Self.number(file.metadata, Key.radius) { Float($0).flatMap { $0 > 0 && $0.isFinite ? $0 : nil } }
        decision = try Self.decision(file.metadata[Key.decision])
        temperature =
            try Self.number(file.metadata, Key.temperature) { Float($0).flatMap { $0 > 0 && $0.isFinite ? $0 : nil } }
            ?? 1
        faceScale =
            try Self.number(file.metadata, Key.faceScale) {
                Double($0).flatMap { Self.faceScales.contains($0) ? $0 : nil }
            }
            ?? 1
    }

    /// The face scales that a model may have.
    public static let faceScales = 0.5...3.0

    private static func decision(_ text: String?) throws(ModelError) -> DecisionRule? {
        guard let text else { return nil }
        guard let rule = try? JSONDecoder().decode(DecisionRule.self, from: Data(text.utf8)) else {
            throw ModelError(.invalidModel, "the model's decision is \"\(text)\", which is no usable rule")
        }
        return rule
    }

    private static func backbone(named stored: String?, requested: String?) throws(ModelError) -> Backbone {
        if let stored, let requested, stored != requested {
            throw ModelError(.invalidModel, "the file holds \(stored), not \(requested)")
        }
        guard let name = stored ?? requested else {
            throw ModelError(
                .unknownArchitecture, "the file does not name its architecture. Name it with --architecture.")
        }
        do { return try Catalogue.backbone(name) } catch { throw ModelError(.unknownArchitecture, error.message) }
    }

    private static func number<T>(_ metadata: [String: String], _ key: String, _ parse: (String) -> T?)
        throws(ModelError) -> T?
    {
        guard let text = metadata[key] else { return nil }
        guard let value = parse(text) else {
            throw ModelError(.invalidModel, "the model's \(key) is \"\(text)\", which is no usable number")
        }
        return value
    }

    /// The bytes of a file with the same backbone and another readout and settings. Matrices are in half precision, vectors in single.
    /// - Throws: `ModelError` with `invalidModel`, naming a matrix with a value that half precision cannot store.
    public func file(
        taps: [String], readout: Readout, mirror: Bool, transform: EvaluationTransform.Kind, radius: Float?,
        decision: DecisionRule?, temperature: Float, notes: [String: String]
    ) throws(ModelError) -> Data {
        var metadata = notes
        metadata[Key.taps] = taps.joined(separator: ",")
        metadata[Key.transform] = transform.rawValue
        metadata[Key.mirror] = String(mirror)
        metadata[Key.temperature] = String(temperature)
        metadata[Key.radius] = radius.map { String($0) }
        metadata[Key.decision] = decision.flatMap { rule in
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return (try? encoder.encode(rule)).map { String(decoding: $0, as: UTF8.self) }
        }
        return try Self.file(
            backbone, weights: weights.merging(readout.tensors) { _, new in new }, inputSize: self.transform.size,
            notes: metadata)
    }

    /// The bytes of a file with the paper's plain model, which is the last tap.
    /// - Parameter weights: the tensors of the backbone's graph.
    /// - Throws: `ModelError` with `invalidModel`, naming a matrix with a value that half precision cannot store.
    public static func file(
        _ backbone: Backbone, weights: [String: Tensor], inputSize: Int, notes: [String: String]
    ) throws(ModelError) -> Data {
        var metadata = notes
        metadata[Key.architecture] = backbone.name
        metadata[Key.size] = String(inputSize)
        let vectors = Set(weights.filter { $0.value.shape.count <= 1 }.keys)
        do {
            return try Safetensors(tensors: weights, metadata: metadata).encodedInHalfPrecision(keeping: vectors)
        } catch { throw ModelError(error) }
    }
}
