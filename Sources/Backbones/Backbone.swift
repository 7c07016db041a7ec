public import NeuralNetwork

/// How pixels become numbers before they enter a network: (x/255 − mean) / deviation for each of red, green, blue.
public struct Normalization: Sendable, Equatable {
    public let mean: [Float]
    public let deviation: [Float]

    public init(mean: [Float], deviation: [Float]) {
        (self.mean, self.deviation) = (mean, deviation)
    }

    /// The statistics of ImageNet that torchvision uses.
    public static let imageNet = Normalization(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
    /// x/127.5 − 1, as Keras's Inception and MobileNet families expect.
    public static let symmetric = Normalization(mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5])
}

/// An architecture: everything about a network but its weights.
public struct Backbone: Sendable {
    /// The name that `--architecture` takes.
    public let name: String
    /// One line for people.
    public let summary: String
    /// The side of the square input in pixels.
    public let inputSize: Int
    public let normalization: Normalization
    /// The taps that a readout uses unless told otherwise; the last is the network's own feature.
    public let defaultTaps: [String]
    /// The graph for a square input of the given side.
    public let graph: @Sendable (_ inputSize: Int) -> Graph

    /// The tap of the last pooled features.
    public var outputTap: String { defaultTaps[defaultTaps.count - 1] }
}

/// Every architecture, sorted by name.
public enum Catalogue {
    public static let all: [Backbone] = (ResNet.family + MobileNetV2.family).sorted { $0.name < $1.name }

    /// - Throws: `NetworkError` with `unknownName`, listing the names there are.
    public static func backbone(_ name: String) throws(NetworkError) -> Backbone {
        guard let backbone = all.first(where: { $0.name == name }) else {
            let known = all.map(\.name).joined(separator: ", ")
            throw NetworkError(.unknownName, "there is no architecture \(name); known are \(known)")
        }
        return backbone
    }
}
