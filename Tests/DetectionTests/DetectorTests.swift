import Backbones
import Embedding
import Foundation
import Geometry
import Imaging
import NeuralNetwork
import Testing

@testable import Detection

/// A detector's file, and calls from several threads.
@Suite struct DetectorTests {
    /// Random, with cells that expect a face as often as not.
    private static let weights = FaceDetectorNetwork.initialWeights(seed: 5)
        .merging(["head.out.bias": Tensor(shape: [5], values: [0, 1, 1, 1, 1])]) { $1 }

    private func file() throws -> Data {
        try DetectorModel(weights: Self.weights, longSide: 128, threshold: 0.3).file(notes: ["training": "none"])
    }

    @Test func `a file gives its detector back`() throws {
        let bytes = try file()
        let model = try DetectorModel(bytes)
        #expect(model.longSide == 128 && model.threshold == 0.3 && model.metadata["training"] == "none")
        #expect(model.byteCount == bytes.count && model.identity == ContentHash.sha256(bytes))
        #expect(model.parameterCount == Self.weights.values.reduce(0) { $0 + $1.values.count })
        // Small enough for a package, and to be read at once.
        #expect(bytes.count < 4_000_000)
    }

    @Test func `other files are named`() throws {
        let backbone = try Catalogue.backbone("mobilenetv2")
        let graph = backbone.graph(96)
        let model = try Model.file(backbone, weights: graph.initialWeights(seed: 1), inputSize: 96, notes: [:])
        #expect(
            throws: ModelError(
                .invalidModel, "the file holds a model of the architecture mobilenetv2, not a face detector")
        ) {
            try DetectorModel(model)
        }
        var contents = try Safetensors(try file())
        contents.metadata["threshold"] = "1.5"
        #expect(throws: ModelError(.invalidModel, "the detector's threshold is \"1.5\"")) {
            try DetectorModel(contents.encoded())
        }
        contents.metadata["threshold"] = "0.5"
        contents.tensors["head.out.bias"] = nil
        #expect {
            try DetectorModel(contents.encoded())
        } throws: {
            ($0 as? ModelError)?.message.contains("head.out.bias") ?? false
        }
        #expect(throws: ModelError.self) { try DetectorModel(Data("GIF89a".utf8)) }
    }

    @Test func `many threads at once get what one gets`() async throws {
        let detector = FaceDetector(
            model: DetectorModel(weights: Self.weights, longSide: 64, threshold: 0.5), threads: 1)
        // More shapes than plans are kept.
        let pictures = [(64, 64), (64, 32), (32, 64), (20, 64), (64, 40)].map { width, height in
            Image(
                width: width, height: height,
                pixels: (0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) })
        }
        let alone = pictures.map { detector.faces(in: $0, threshold: 0.02) }
        #expect(alone.contains { !$0.isEmpty })
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<20 {
                group.addTask {
                    detector.faces(in: pictures[index % 5], threshold: 0.02) == alone[index % 5]
                }
            }
            for await isSame in group { #expect(isSame) }
        }
        for (picture, faces) in zip(pictures, alone) {
            #expect(faces.map(\.box.area) == faces.map(\.box.area).sorted(by: >))
            #expect(
                faces.allSatisfy {
                    $0.box.left + $0.box.width <= picture.width && $0.box.top + $0.box.height <= picture.height
                        && (0.02...1).contains($0.score)
                })
        }
    }

    @Test func `the trunk has the names and shapes of MobileNetV2`() throws {
        let network = try Catalogue.backbone("mobilenetv2").graph(96)
        let trained = network.initialWeights(seed: 9)
        let weights = try FaceDetectorNetwork.initialWeights(startingWith: trained, seed: 5)
        for name in ["conv_stem.weight", "blocks.2.1.conv_dw.weight", "blocks.5.2.conv_pwl.weight"] {
            #expect(weights[name] == trained[name])
        }
        #expect(weights["head.out.weight"] == Self.weights["head.out.weight"])
        #expect(Set(weights.keys) == Set(FaceDetectorNetwork.graph(height: 64, width: 96).parameters.keys))
        #expect(throws: NetworkError.self) {
            try FaceDetectorNetwork.initialWeights(
                startingWith: ["conv_stem.weight": Self.weights["head.out.bias"]!], seed: 1)
        }
        #expect(FaceDetectorNetwork.isInFirstStages("blocks.1.0.bn1.weight", 2))
        #expect(!FaceDetectorNetwork.isInFirstStages("blocks.2.0.bn1.weight", 2))
        #expect(!FaceDetectorNetwork.isInFirstStages("conv_stem.weight", 0))
    }
}
