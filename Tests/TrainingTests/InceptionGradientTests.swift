import Backbones
import NeuralNetwork
import TestSupport
import Testing

/// The gradients of both whole Inception networks on full tensors, against a step in double precision.
///
/// With weights of the formula alone, single precision puts some values on the other side of a ReLU, and the gradients of all layers before
/// it differ by percents: see `GoldenStepTests`, which compares with PyTorch. With norms far from the kinks, what remains is
/// rounding: 1e-3 of a norm at most in V3, and 6e-3 in ResNetV2, which is three times as deep and has sums without norms before its ReLUs.
@Suite struct InceptionGradientTests {
    @Test(arguments: [("inception_v3", 2e-3), ("inception_resnet_v2", 1e-2)])
    func `every gradient of the network is that of double precision`(name: String, tolerance: Double) throws {
        let graph = try Catalogue.backbone(name).graph(139)
        let weights = Formula.weightsFarFromKinks(graph)
        let images = Formula.images(3, size: 139)
        let plan = try TrainingPlan(graph, weights: weights, threads: 2)
        let pass = try plan.forward(images)
        let features = pass.features
        let coefficients = Formula.values(tensor: 9998, count: features.count).map { Float($0) }
        try plan.backward(pass, gradient: coefficients)
        let expected = DoublePrecisionStep(graph, weights: weights, images: images, coefficients: coefficients)
        let expectedFeatures = expected.features.map { Float($0) }
        #expect(
            FullTensors.distance(features, expectedFeatures) < 1e-4 * FullTensors.length(expectedFeatures))
        let gradients = plan.gradients
        let shaped = Dictionary(
            uniqueKeysWithValues: expected.gradients.map { name, values in
                (name, Tensor(shape: gradients[name]?.shape ?? [values.count], values: values.map { Float($0) }))
            })
        FullTensors.compare(gradients, with: shaped, within: tolerance)
    }

    /// The reference itself, against finite differences of plain loops.
    @Test(
        arguments: OperatorGraph.all.filter { tested in
            tested.graph.nodes.allSatisfy { node in
                switch node.operation {
                case .activation(let kind): kind == .relu
                case .convolution(let settings): !settings.depthwise
                case .squeezeExcite, .upsample: false
                default: true
                }
            }
        }) func `the reference's gradients are slopes`(tested: OperatorGraph)
    {
        let (weights, images, coefficients) = tested.material(images: 3)
        let step = DoublePrecisionStep(tested.graph, weights: weights, images: images, coefficients: coefficients)
        let shapes = tested.graph.parameters
        let gradients = Dictionary(
            uniqueKeysWithValues: step.gradients.map { name, values in
                (name, Tensor(shape: shapes[name] ?? [], values: values.map { Float($0) }))
            })
        ReferenceNetwork(tested.graph, weights: weights).check(gradients, [(images, coefficients)])
    }
}
