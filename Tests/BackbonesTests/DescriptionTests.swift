import Backbones
import NeuralNetwork
import Testing

/// Layers and counts of the architectures.
@Suite struct DescriptionTests {
    /// The paper's Table 7: with a dense layer to its 130 classes, moving statistics counted.
    @Test(arguments: [
        ("inception_v3", 22_069_154), ("inception_resnet_v2", 54_536_546), ("mobilenetv2", 2_424_514),
        ("efficientnet_b0", 4_216_094), ("efficientnet_b7", 64_430_610),
    ])
    func `with 130 classes the parameters are the paper's`(name: String, expected: Int) throws {
        let backbone = try Catalogue.backbone(name)
        #expect(try NetworkDescription(backbone, classes: 130).parameters == expected)
    }

    @Test(arguments: [(0, 1280), (1, 1280), (2, 1408), (3, 1536), (4, 1792), (5, 2048), (6, 2304), (7, 2560)])
    func `EfficientNet's widths follow the scaling table`(index: Int, width: Int) throws {
        #expect(try Catalogue.backbone("efficientnet_b\(index)").width == width)
    }

    @Test func `layers name their inputs and shapes and sum to the whole`() throws {
        let description = try NetworkDescription(try Catalogue.backbone("inception_v3"), classes: 10)
        #expect(description.layers.reduce(0) { $0 + $1.parameters } == description.parameters)
        #expect(description.layers.first?.shape == [96, 96, 3])
        #expect(description.layers.last?.shape == [10])
        #expect(description.layers.last?.parameters == 2049 * 10)
        for (index, layer) in description.layers.enumerated() {
            #expect(layer.inputs.allSatisfy { $0 < index }, "\(layer.name)")
        }
        // Batch norms have a mean and a variance that are not trained, and no scale.
        let norms = description.layers.filter { $0.operation.hasPrefix("batch norm") }
        #expect(norms.allSatisfy { $0.parameters == 3 * ($0.shape.last ?? 0) })
        #expect(
            description.parameters - description.trainableParameters == norms.reduce(0) { $0 + $1.parameters * 2 / 3 })
    }

    /// The papers' own counts at their own sizes, with a thousand classes: Sandler et al. 2018, Table 4; Tan and Le 2019, Table 2.
    @Test(arguments: [("mobilenetv2", 224, 300e6), ("efficientnet_b0", 224, 0.39e9), ("efficientnet_b7", 600, 37e9)])
    func `multiplications are the papers'`(name: String, size: Int, expected: Double) throws {
        let description = try NetworkDescription(try Catalogue.backbone(name), inputSize: size, classes: 1000)
        #expect(abs(Double(description.multiplyAdds) / expected - 1) < 0.03)
        #expect(description.layers.reduce(0) { $0 + $1.multiplyAdds } == description.multiplyAdds)
    }

    @Test(arguments: Catalogue.all.map(\.name)) func `an input that is too small is refused, the smallest works`(
        name: String
    )
        throws
    {
        let backbone = try Catalogue.backbone(name)
        #expect(try backbone.checkedGraph(backbone.smallestInput).taps.isEmpty == false)
        let error = #expect(throws: NetworkError.self) { try backbone.checkedGraph(backbone.smallestInput - 1) }
        #expect(error?.message.contains("\(backbone.smallestInput)") == true)
    }
}
