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
                graph, weights: PortionTests.weights(graph), threads: threads, isTrainable: isTrainable)
            let pass = plan.forward(Formula.images(5, size: plan.input.height))
            features = pass.features
            plan.backward(pass, gradient: Formula.values(tensor: 9998, count: features.count).map { Float($0) })
            gradients = plan.gradients
            running = plan.weights.filter { $0.key.contains("running") }
        }
    }

    /// Norms whose results lie far from the kinks of ReLU6, some channels on either side: an input that falls to the other side by an
    /// error of 1e-7 would change the gradients of all layers before it. Swish has no kinks.
    private static func weights(_ graph: Graph) -> [String: Tensor] {
        var weights = Formula.weights(graph)
        guard !graph.parameters.keys.contains(where: { $0.contains(".se.") }) else { return weights }
        for (name, tensor) in weights where tensor.shape.count == 1 && !name.contains("running") {
            let values = tensor.values.enumerated().map { channel, value in
                name.hasSuffix("weight") ? 0.3 * value : [3, 3, -3, 3, 9][channel % 5] + 0.2 * value
            }
            weights[name] = Tensor(shape: tensor.shape, values: values)
        }
        return weights
    }

    private func distance(_ a: [Float], _ b: [Float]) -> Double {
        zip(a, b).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }.squareRoot()
    }

    private func length(_ a: [Float]) -> Double { distance(a, [Float](repeating: 0, count: a.count)) }

    @Test(arguments: [
        ("mobilenetv2", ""), ("mobilenetv2", "blocks.1"), ("efficientnet_b0", ""), ("efficientnet_b0", "blocks.1"),
        ("inception_v3", ""),
    ])
    func `portions and whole batches learn the same`(name: String, frozenBelow: String) throws {
        let graph = try Catalogue.backbone(name).graph(96)
        let isTrainable = { (name: String) in name.hasPrefix("blocks.") && name > frozenBelow || frozenBelow.isEmpty }
        let portioned = try Step(graph, threads: 2, isTrainable: isTrainable)
        let whole = try Step(graph, threads: 3, isTrainable: isTrainable)
        #expect(distance(portioned.features, whole.features) < 1e-4 * length(whole.features))
        #expect(portioned.gradients.count == whole.gradients.count && !whole.gradients.isEmpty)
        let largest = whole.gradients.values.map { length($0.values) }.max() ?? 0
        for (name, expected) in whole.gradients {
            let gradient = try #require(portioned.gradients[name])
            let error = distance(gradient.values, expected.values)
            #expect(error < 2e-3 * max(length(expected.values), 1e-3 * largest), "\(name): \(error)")
        }
        for (name, expected) in whole.running {
            let values = try #require(portioned.running[name]).values
            #expect(distance(values, expected.values) < 1e-4 * length(expected.values), "\(name)")
        }
    }
}
