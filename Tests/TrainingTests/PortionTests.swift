import Backbones
import TestSupport
import NeuralNetwork
import Testing

/// Large images in portions against whole batches: two threads take five images in portions, three do not.
@Suite struct PortionTests {
    private struct Step {
        let features: [Float]
        let gradients: [String: Tensor]
        let running: [String: Tensor]

        init(_ graph: Graph, threads: Int, isTrainable: (String) -> Bool) throws {
            let plan = try TrainingPlan(
                graph, weights: Formula.weightsFarFromKinks(graph), threads: threads, isTrainable: isTrainable)
            let pass = try plan.forward(Formula.images(5, size: plan.input.height))
            features = pass.features
            try plan.backward(pass, gradient: Formula.values(tensor: 9998, count: features.count).map { Float($0) })
            gradients = plan.gradients
            running = plan.weights.filter { $0.key.contains("running") }
        }
    }

    @Test(arguments: [
        ("mobilenetv2", ""), ("mobilenetv2", "blocks.1"), ("efficientnet_b0", ""), ("efficientnet_b0", "blocks.1"),
        ("inception_v3", ""),
    ])
    func `portions and whole batches learn the same`(name: String, frozenBelow: String) throws {
        let graph = try Catalogue.backbone(name).graph(96)
        let isTrainable = { (name: String) in name.hasPrefix("blocks.") && name > frozenBelow || frozenBelow.isEmpty }
        let portioned = try Step(graph, threads: 2, isTrainable: isTrainable)
        let whole = try Step(graph, threads: 3, isTrainable: isTrainable)
        #expect(FullTensors.distance(portioned.features, whole.features) < 1e-4 * FullTensors.length(whole.features))
        #expect(!whole.gradients.isEmpty)
        FullTensors.compare(portioned.gradients, with: whole.gradients, within: 2e-3)
        for (name, expected) in whole.running {
            let values = try #require(portioned.running[name]).values
            let error = FullTensors.distance(values, expected.values)
            #expect(error < 1e-4 * FullTensors.length(expected.values), "\(name)")
        }
    }
}
