import Backbones
import TestSupport
import Foundation
import NeuralNetwork
import Testing

/// Features against the peers' float64, within 1e-4 of the largest feature.
@Suite struct ParityTests {
    static let names = Catalogue.all.map(\.name)

    private func relativeError(_ values: [Float], _ expected: [Float]) -> Float {
        let norm = expected.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return zip(values, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot() / norm
    }

    @Test(arguments: names, InferencePlan.instructionSets) func `features equal the peer's`(name: String, set: String)
        throws
    {
        let backbone = try Catalogue.backbone(name)
        let golden = try Safetensors(contentsOf: goldenPath("\(name).safetensors")).tensors["features"]
        let expected = try #require(golden)
        let graph = backbone.graph(backbone.inputSize)
        let plan = try InferencePlan(
            graph, weights: Formula.weights(graph), taps: [backbone.outputTap], chunk: 2, threads: 2,
            instructionSet: set)
        let features = plan.run(Formula.images(3, size: backbone.inputSize))[0]
        #expect(features.count == expected.values.count)
        #expect(relativeError(features, expected.values) < 1e-4)
    }

    @Test func `a picture's features depend neither on its batch nor on the threads`() throws {
        let backbone = try Catalogue.backbone("resnet10")
        let graph = backbone.graph(backbone.inputSize)
        let weights = Formula.weights(graph)
        let images = Formula.images(5, size: backbone.inputSize)
        let together = try InferencePlan(graph, weights: weights, taps: ["layer4"], chunk: 5, threads: 2).run(images)[0]
        let alone = try InferencePlan(graph, weights: weights, taps: ["layer4"], chunk: 1, threads: 1).run(images)[0]
        #expect(together == alone)
    }

    private func goldenPath(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens/\(name)").path
    }
}
