public import NeuralNetwork

/// How pixels become numbers before they enter a network: (x/255 − mean) / deviation for each of red, green, blue.
public struct Normalization: Sendable, Equatable {
    public let mean: [Float]
    public let deviation: [Float]

    public init(mean: [Float], deviation: [Float]) {
        (self.mean, self.deviation) = (mean, deviation)
    }

    /// The numbers of all pixels: 256 values for each channel, one channel after the other.
    public var table: [Float] {
        (0..<3 * 256).map { index in
            let channel = index / 256
            return (Float(index % 256) / 255 - mean[channel]) / deviation[channel]
        }
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
    /// A description in one line.
    public let summary: String
    /// The side of the square input in pixels.
    public let inputSize: Int
    /// The smallest side of the input with which every unpadded convolution and pool has an output.
    public var smallestInput = 8
    public let normalization: Normalization
    /// The taps that a readout uses by default; the last one is the network's own feature.
    public let defaultTaps: [String]
    /// The graph for a square input of the given side.
    ///
    /// - Precondition: at least `smallestInput` pixels.
    public let graph: @Sendable (_ inputSize: Int) -> Graph

    /// The sides that a network may have, in pixels.
    public static let inputSizes = 8...1024

    /// The graph for a side that a user or a file gave.
    /// - Throws: `NetworkError` with `shapeMismatch` when the architecture does not work at this size.
    public func checkedGraph(_ inputSize: Int) throws(NetworkError) -> Graph {
        let largest = Self.inputSizes.upperBound
        guard (smallestInput...largest).contains(inputSize) else {
            throw NetworkError(
                .shapeMismatch, "\(name) takes inputs of \(smallestInput) to \(largest) pixels, not of \(inputSize)")
        }
        return graph(inputSize)
    }

    /// The width of the last pooled features.
    public var width: Int {
        let graph = graph(inputSize)
        return graph.taps.last.map { graph.nodes[$0.node].shape.channels } ?? 0
    }

    /// The tap of the last pooled features.
    public var outputTap: String { defaultTaps[defaultTaps.count - 1] }
}

/// Every architecture, sorted by name.
public enum Catalogue {
    public static let all: [Backbone] =
        (ResNet.family + MobileNetV2.family + EfficientNet.family + InceptionV3.family + InceptionResNetV2.family)
        .sorted { $0.name < $1.name }

    /// - Throws: `NetworkError` with `unknownName`, listing the names there are.
    public static func backbone(_ name: String) throws(NetworkError) -> Backbone {
        guard let backbone = all.first(where: { $0.name == name }) else {
            let known = all.map(\.name).joined(separator: ", ")
            throw NetworkError(.unknownName, "there is no architecture \(name); known are \(known)")
        }
        return backbone
    }
}
