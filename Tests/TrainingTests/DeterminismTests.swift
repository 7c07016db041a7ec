import Backbones
import TestSupport
import Testing

@testable import NeuralNetwork

/// The same calls on the same number of threads give the same bits, whatever thread is the first to finish.
@Suite struct DeterminismTests {
    /// Everything that two steps of training leave: of two batches each, as in an episode, and with memory that earlier steps have used.
    private struct Steps: Equatable {
        var features: [[Float]] = []
        var gradients: [[String: Tensor]] = []
        let weights: [String: Tensor]
        let embeddings: [[Float]]

        init(_ graph: Graph, _ weights: [String: Tensor], _ batches: [[Float]]) throws {
            let plan = try TrainingPlan(graph, weights: weights, threads: 2)
            var optimizer = SGD(learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4)
            for _ in 0..<2 {
                plan.clearGradients()
                let passes = try batches.map { try plan.forward($0) }
                for pass in passes.reversed() {
                    features.append(pass.features)
                    let coefficients = Formula.values(tensor: 9998, count: pass.features.count).map { Float($0) }
                    try plan.backward(pass, gradient: coefficients)
                }
                gradients.append(plan.gradients)
                optimizer.step(plan.trainableParameters)
            }
            self.weights = plan.weights
            let taps = [graph.taps[graph.taps.count - 1].name]
            embeddings = try InferencePlan(graph, weights: self.weights, taps: taps, chunk: 4, threads: 2).run(
                batches[0])
        }
    }

    @Test(arguments: [("mobilenetv2", 96), ("resnet12", 84)])
    func `the same calls give the same bits`(name: String, size: Int) throws {
        let graph = try Catalogue.backbone(name).graph(size)
        let weights = Formula.weights(graph)
        let images = Formula.images(8, size: size)
        let cut = 5 * size * size * 3
        let batches = [Array(images[..<cut]), Array(images[cut...])]
        let first = try Steps(graph, weights, batches)
        #expect(first.features.allSatisfy { $0.allSatisfy(\.isFinite) })
        for _ in 0..<2 {
            let again = try Steps(graph, weights, batches)
            #expect(again.features == first.features)
            #expect(again.gradients == first.gradients)
            #expect(again.weights == first.weights)
            #expect(again.embeddings == first.embeddings)
        }
    }

    /// Five images on two threads go in portions; these networks have what the test above is about.
    @Test func `portions and Winograd are among what is tested`() throws {
        func convolutions(_ name: String, _ size: Int) throws -> (plan: TrainingPlan, winograd: Int) {
            let graph = try Catalogue.backbone(name).graph(size)
            let plan = try TrainingPlan(graph, weights: Formula.weights(graph), threads: 2)
            let count = plan.operators.count { step in
                guard case .convolution(let convolution) = step else { return false }
                return !convolution.isDepthwise && convolution.geometry.suitsWinograd
            }
            return (plan, count)
        }
        let mobile = try convolutions("mobilenetv2", 96).plan
        #expect(mobile.portioning.steps.count { $0 != nil } > 5)
        #expect(try mobile.forward(Formula.images(5, size: 96)).isPortioned)
        #expect(try convolutions("resnet12", 84).winograd > 5)
    }
}
