import Backbones
import Foundation
import Imaging
import NeuralNetwork
import TestSupport
@testable import Embedding

/// Models with made-up weights, small enough to embed in milliseconds.
enum TestModels {
    static let architecture = "mobilenetv2"
    static let size = 32

    /// A plain file: weights and what the test says in the metadata.
    static func file(_ metadata: [String: String] = [:], tensors: [String: Tensor] = [:]) throws -> Data {
        let backbone = try Catalogue.backbone(architecture)
        let weights = backbone.graph(size).initialWeights(seed: 1).merging(tensors) { _, new in new }
        let all = ["architecture": architecture, "input_size": String(size)].merging(metadata) { _, new in new }
        return Safetensors(tensors: weights, metadata: all).encoded()
    }

    /// Readout tensors of the right shapes for some taps' total width.
    static func readout(width: Int, dimensions: Int) -> [String: Tensor] {
        var numbers = Numbers(seed: 4)
        return [
            "readout.tap_mean": Tensor(shape: [width], values: numbers.floats(width, in: 0...0.5)),
            "readout.mean": Tensor(shape: [width], values: numbers.floats(width, in: -0.1...0.1)),
            "readout.projection": Tensor(
                shape: [dimensions, width], values: numbers.floats(width * dimensions, in: -1...1)),
        ]
    }

    /// A picture of noise: nothing in it is symmetric.
    static func picture(seed: UInt64, width: Int = size, height: Int = size) -> Image {
        var numbers = Numbers(seed: seed)
        return Image(
            width: width, height: height, pixels: (0..<width * height * 3).map { _ in UInt8(numbers.next() & 255) })
    }
}
