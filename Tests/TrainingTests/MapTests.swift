import NeuralNetwork
import TestSupport
import Testing

/// Plans that read maps: their values, and the gradients that follow from all of them together.
@Suite struct MapTests {
    /// Three maps, one of which the next one is made from, with a head of one weight on two of them.
    private static func graph() -> Graph {
        var graph = Graph(input: Shape(height: 8, width: 8, channels: 3))
        var x = graph.convolution(graph.input, "stem", channels: 6, kernel: 3, stride: 2, padding: .same)
        x = graph.activation(graph.batchNorm(x, "n1", epsilon: 1e-3), .relu6)
        let y = graph.convolution(x, "down", channels: 6, kernel: 3, stride: 2, padding: .same)
        let z = graph.batchNorm(y, "n2", epsilon: 1e-3)
        let fine = graph.add(graph.upsample(z, "up"), x, "sum")
        graph.tap("raw", z)
        graph.tap("fine", graph.convolution(fine, "head", channels: 5, kernel: 1, padding: .valid, bias: true))
        graph.tap("coarse", graph.convolution(z, "head", channels: 5, kernel: 1, padding: .valid, bias: true))
        return graph
    }

    /// Σ maps · coefficients.
    private static func sum(_ maps: [[Double]], _ coefficients: [[Float]]) -> Double {
        zip(maps, coefficients).reduce(0) { sum, map in
            sum + zip(map.0, map.1).reduce(0) { $0 + $1.0 * Double($1.1) }
        }
    }

    @Test(arguments: InferencePlan.instructionSets, [1, 2])
    func `values and gradients equal those of plain loops`(set: String, threads: Int) throws {
        let graph = Self.graph()
        let weights = Formula.weights(graph)
        let count = 4
        let images = Formula.values(tensor: 9999, count: count * graph.nodes[0].shape.count).map { Float($0) }
        let plan = try TrainingPlan(
            graph, weights: weights, taps: ["raw", "fine", "coarse"], reading: .maps, threads: threads,
            instructionSet: set)
        let pass = try plan.forward(images)
        #expect(pass.features.isEmpty)
        let reference = ReferenceNetwork(graph, weights: weights)
        let expected = reference.maps(images.map(Double.init))
        for (map, values) in zip(pass.maps, expected) {
            #expect(map.count == values.count)
            #expect(zip(map, values).allSatisfy { abs(Double($0) - $1) < 1e-4 * max(1, abs($1)) })
        }
        let coefficients = pass.maps.enumerated().map { place, map in
            Formula.values(tensor: 8888 + place, count: map.count).map { Float($0) }
        }
        try plan.backward(pass, maps: coefficients)
        for (name, gradient) in plan.gradients {
            let slopes = gradient.values.indices.map { place in
                func loss(_ change: Double) -> Double {
                    var changed = reference
                    changed.weights[name]?[place] += change
                    return Self.sum(changed.maps(images.map(Double.init)), coefficients)
                }
                return (loss(1e-5) - loss(-1e-5)) / 2e-5
            }
            let scale = max(slopes.map(abs).max() ?? 0, 1e-2)
            for (value, slope) in zip(gradient.values, slopes) {
                #expect(abs(Double(value) - slope) < 1e-3 * scale, "\(name): \(value), not \(slope)")
            }
        }
    }

    @Test func `an unknown tap is named`() {
        #expect {
            _ = try TrainingPlan(
                Self.graph(), weights: Formula.weights(Self.graph()), taps: ["fine", "finest"], reading: .maps,
                threads: 1)
        } throws: {
            ($0 as? NetworkError)?.message == "there is no tap finest; this network has raw, fine, coarse"
        }
    }
}
