import TestSupport
import NeuralNetwork
import Testing

/// Every operator against plain loops in double precision: its values, and its gradients by finite differences.
@Suite struct OperatorGradientTests {
    @Test(arguments: OperatorGraph.all, InferencePlan.instructionSets)
    func `values and gradients equal those of plain loops`(tested: OperatorGraph, set: String) throws {
        let (weights, images, coefficients) = tested.material(images: 3)
        let plan = try TrainingPlan(tested.graph, weights: weights, threads: 2, instructionSet: set)
        let pass = try plan.forward(images)
        let reference = ReferenceNetwork(tested.graph, weights: weights)
        for (value, expected) in zip(pass.features, reference.features(images.map(Double.init))) {
            #expect(abs(Double(value) - expected) < 1e-4 * max(1, abs(expected)))
        }
        try plan.backward(pass, gradient: coefficients)
        let fixed = tested.graph.fixedParameters
        #expect(
            Set(plan.gradients.keys)
                == Set(tested.graph.parameters.keys.filter { !$0.contains("running") && !fixed.contains($0) }))
        reference.check(plan.gradients, [(images, coefficients)])
    }

    @Test func `batches of different sizes have statistics of their own and add up`() throws {
        let tested = OperatorGraph.all[1]
        let few = tested.material(images: 2)
        let many = tested.material(images: 5)
        let plan = try TrainingPlan(tested.graph, weights: few.weights, threads: 2)
        let (support, query) = try (plan.forward(few.images), plan.forward(many.images))
        try plan.backward(query, gradient: many.coefficients)
        try plan.backward(support, gradient: few.coefficients)
        let reference = ReferenceNetwork(tested.graph, weights: few.weights)
        reference.check(plan.gradients, [(few.images, few.coefficients), (many.images, many.coefficients)])
        plan.clearGradients()
        #expect(plan.gradients.values.allSatisfy { $0.values.allSatisfy { $0 == 0 } })
    }

    @Test(arguments: OperatorGraph.all) func `frozen parameters get no gradient and frozen norms keep their statistics`(
        tested: OperatorGraph
    ) throws {
        let (weights, images, coefficients) = tested.material(images: 2)
        var reference = ReferenceNetwork(tested.graph, weights: weights)
        let norms = weights.keys.filter { $0.hasSuffix(".running_var") }.map { String($0.dropLast(12)) }
        reference.frozenNorms = Set(norms)
        let plan = try TrainingPlan(tested.graph, weights: weights, threads: 1) { name in
            name != "first.weight" && !norms.contains { name.hasPrefix("\($0).") }
        }
        let pass = try plan.forward(images)
        for (value, expected) in zip(pass.features, reference.features(images.map(Double.init))) {
            #expect(abs(Double(value) - expected) < 1e-4 * max(1, abs(expected)))
        }
        try plan.backward(pass, gradient: coefficients)
        #expect(plan.gradients["first.weight"] == nil)
        reference.check(plan.gradients, [(images, coefficients)])
        for norm in norms { #expect(plan.weights["\(norm).running_var"] == weights["\(norm).running_var"]) }
    }

    @Test func `running statistics follow the batch as PyTorch's do`() throws {
        var graph = Graph(input: Shape(height: 2, width: 2, channels: 1))
        graph.tap("out", graph.batchNorm(graph.input, "norm", epsilon: 1e-5))
        var weights = Formula.weights(graph)
        weights["norm.running_mean"] = Tensor(shape: [1], values: [3])
        weights["norm.running_var"] = Tensor(shape: [1], values: [7])
        let plan = try TrainingPlan(graph, weights: weights, threads: 1)
        _ = try plan.forward([1, 2, 3, 4, 5, 6, 7, 12])
        // Mean 5; squared deviations 16 9 4 1 0 1 4 49 sum to 84; unbiased 84/7 = 12.
        #expect(abs((plan.weights["norm.running_mean"]?.values[0] ?? 0) - (0.9 * 3 + 0.1 * 5)) < 1e-6)
        #expect(abs((plan.weights["norm.running_var"]?.values[0] ?? 0) - (0.9 * 7 + 0.1 * 12)) < 1e-5)
    }

    @Test func `the same calls give the same bits`() throws {
        let tested = OperatorGraph.all[OperatorGraph.all.count - 1]
        let (weights, images, coefficients) = tested.material(images: 4)
        let results = try (0..<3).map { _ in
            let plan = try TrainingPlan(tested.graph, weights: weights, threads: 2)
            try plan.backward(plan.forward(images), gradient: coefficients)
            return plan.gradients
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }
}
