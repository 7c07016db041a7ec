import Foundation
public import NeuralNetwork

// A face detector in one stage and without anchors. Every cell of three maps says whether a face's center lies in it (Zhou et al., "Objects as
// Points", arXiv:1904.07850), and how far the face's edges are (Tian et al., "FCOS", arXiv:1904.01355). The maps come from a feature pyramid
// (Lin et al., arXiv:1612.03144) on the first stages of MobileNetV2, with the same head on every map.

/// The network of the face detector. It is no ``Backbone`` of the catalog: it gives maps, not features.
public enum FaceDetectorNetwork {
    public static let name = "face_detector"

    /// A map of the network.
    public struct Level: Sendable {
        public let tap: String
        /// Pixels of the input for each cell, across and down.
        public let stride: Int
        /// The stage of the trunk that it comes from.
        fileprivate let stage: Int
        /// The sides of the faces that it is trained to find, in pixels of the input.
        public let sides: Range<Double>
    }

    /// The maps, the finest first.
    public static let levels = [
        Level(tap: "faces.8", stride: 8, stage: 2, sides: 0..<48),
        Level(tap: "faces.16", stride: 16, stage: 4, sides: 48..<112),
        Level(tap: "faces.32", stride: 32, stage: 5, sides: 112..<Double.infinity),
    ]

    /// The channels of every map: the logit of a center, then the logarithms of the distances from the cell's center to the left, top, right and
    /// bottom edge, in strides.
    public static let channels = 5

    /// The trunk and its maps as an architecture of square inputs.
    public static let backbone = Backbone(
        name: name, summary: "finds faces: MobileNetV2's first stages, a feature pyramid and one head", inputSize: 320,
        smallestInput: 32, normalization: .symmetric, defaultTaps: levels.map(\.tap),
        graph: { graph(height: $0, width: $0) })

    /// Channels of the pyramid and the head.
    private static let width = 64
    private static let epsilon: Float = 1e-3
    private static let stages = 6
    private static let towers = 2
    /// The probability of a center in every cell before training (Lin et al., "Focal Loss", arXiv:1708.02002, section 4.1).
    private static let prior = 0.01

    /// - Precondition: height and width are multiples of 32.
    public static func graph(height: Int, width: Int) -> Graph {
        precondition(
            height > 0 && width > 0 && height % 32 == 0 && width % 32 == 0, "the detector takes no \(height)×\(width)")
        var graph = Graph(input: Shape(height: height, width: width, channels: 3))
        let trunk = MobileNetV2.tensorFlow.trunk(stages: stages, in: &graph)
        var above: Graph.Value?
        var pyramid: [(level: Level, value: Graph.Value)] = []
        for level in levels.reversed() {
            let name = "pyramid.\(level.stride)"
            // Before the convolution, so that the sum can join its step.
            let up = above.map { graph.upsample($0, "\(name).up") }
            var x = graph.convolution(
                trunk[level.stage], "\(name).lateral", channels: Self.width, kernel: 1, padding: .valid)
            x = graph.batchNorm(x, "\(name).bn", epsilon: epsilon)
            if let up { x = graph.add(up, x, "\(name).add") }
            above = x
            pyramid.append((level, x))
        }
        for (level, value) in pyramid.reversed() {
            var x = separable(
                value, "pyramid.\(level.stride).smooth", norms: "pyramid.\(level.stride).smooth", in: &graph)
            for tower in 0..<towers {
                // The weights are the same on every map, the norms are not: each map has statistics of its own.
                x = separable(x, "head.\(tower)", norms: "head.\(tower).\(level.stride)", in: &graph)
            }
            x = graph.convolution(x, "head.out", channels: channels, kernel: 1, padding: .valid, bias: true)
            graph.tap(level.tap, x)
        }
        return graph
    }

    /// A depthwise 3×3 and a 1×1 convolution, each with norm and ReLU6.
    private static func separable(
        _ value: Graph.Value, _ name: String, norms: String, in graph: inout Graph
    ) -> Graph.Value {
        var x = graph.convolution(
            value, "\(name).dw", channels: width, kernel: 3, padding: .symmetric(1), depthwise: true)
        x = graph.activation(graph.batchNorm(x, "\(norms).bn1", epsilon: epsilon), .relu6)
        x = graph.convolution(x, "\(name).pw", channels: width, kernel: 1, padding: .valid)
        return graph.activation(graph.batchNorm(x, "\(norms).bn2", epsilon: epsilon), .relu6)
    }

    /// Random weights, with cells that hardly expect a face.
    public static func initialWeights(seed: UInt64) -> [String: Tensor] {
        var tensors = backbone.graph(backbone.inputSize).initialWeights(seed: seed)
        let bias = Float(-log((1 - prior) / prior))
        // The middle of the faces' distances in strides is about e.
        tensors["head.out.bias"] = Tensor(shape: [channels], values: [bias] + [Float](repeating: 1, count: 4))
        // Small, so that the first outputs are hardly more than the biases.
        tensors["head.out.weight"] = tensors["head.out.weight"].map {
            Tensor(shape: $0.shape, values: $0.values.map { $0 * 0.1 })
        }
        return tensors
    }

    /// The same with the trunk of a MobileNetV2 as in TensorFlow.
    /// - Parameter network: its tensors; those of other layers are left out.
    /// - Throws: `NetworkError` with `missingTensor`, `shapeMismatch` or `notFinite`, naming a tensor of the trunk.
    public static func initialWeights(
        startingWith network: [String: Tensor], seed: UInt64
    ) throws(NetworkError) -> [String: Tensor] {
        var trunk = Graph(input: Shape(height: 32, width: 32, channels: 3))
        _ = MobileNetV2.tensorFlow.trunk(stages: stages, in: &trunk)
        let names = Set(trunk.parameters.keys)
        let tensors = try trunk.checkedWeights(network.filter { names.contains($0.key) })
        return initialWeights(seed: seed).merging(tensors) { $1 }
    }

    /// Whether a parameter belongs to the stem or to one of the trunk's first stages.
    public static func isInFirstStages(_ parameter: String, _ count: Int) -> Bool {
        if parameter.hasPrefix("conv_stem.") || parameter.hasPrefix("bn1.") { return count > 0 }
        return (0..<count).contains { parameter.hasPrefix("blocks.\($0).") }
    }
}
