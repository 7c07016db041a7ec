import TestSupport
import Backbones
import Foundation
import NeuralNetwork
import Testing

@Suite struct StochasticDepthTests {
    /// A graph with residual additions, and the norms whose results are their branches, in order.
    private struct Case: Sendable, CustomTestStringConvertible {
        let tested: OperatorGraph
        let branches: [String]
        var testDescription: String { tested.name }

        init(_ name: String, branches: [String]) throws {
            tested = try #require(OperatorGraph.all.first { $0.name == name })
            self.branches = branches
        }
    }

    private static func cases() throws -> [Case] {
        try [
            Case("batch norm, sum and ReLU6", branches: ["norm"]),
            Case("two inverted residuals without activation between", branches: ["n0c", "n1c"]),
        ]
    }

    /// Some branches dropped, some kept, by addition and image.
    private static let factors: [[Float]] = [[0, 1.25, 1.25], [2, 0, 2]]

    @Test func `values and gradients with given factors equal those of plain loops`() throws {
        for tested in try Self.cases() {
            for isFrozen in [false, true] {
                let (weights, images, coefficients) = tested.tested.material(images: 3)
                let plan = try TrainingPlan(tested.tested.graph, weights: weights, threads: 2) { name in
                    !isFrozen || !tested.branches.contains { name.hasPrefix("\($0).") }
                }
                #expect(plan.residualAdditions == tested.branches.count)
                let factors = Array(Self.factors[..<tested.branches.count])
                var reference = ReferenceNetwork(tested.tested.graph, weights: weights)
                if isFrozen { reference.frozenNorms = Set(tested.branches) }
                for (name, factors) in zip(tested.branches, factors) {
                    reference.branchFactors[name] = factors.map(Double.init)
                }
                let pass = try plan.forward(images, branchFactors: factors)
                for (value, expected) in zip(pass.features, reference.features(images.map(Double.init))) {
                    #expect(abs(Double(value) - expected) < 1e-4 * max(1, abs(expected)), "\(tested)")
                }
                try plan.backward(pass, gradient: coefficients)
                reference.check(plan.gradients, [(images, coefficients)])
            }
        }
    }

    @Test(arguments: [("resnet12", 5), ("mobilenetv2", 10)])
    func `every residual block has one addition`(name: String, blocks: Int) throws {
        let graph = try Catalogue.backbone(name).graph(32)
        let plan = try TrainingPlan(graph, weights: Formula.weights(graph), threads: 1)
        #expect(plan.residualAdditions == blocks)
    }

    @Test func `factors of 1 give the plain pass to the bit`() throws {
        for tested in try Self.cases() {
            let (weights, images, coefficients) = tested.tested.material(images: 3)
            let factors = tested.branches.map { _ in [Float](repeating: 1, count: 3) }
            let results = try [nil, factors].map { factors in
                let plan = try TrainingPlan(tested.tested.graph, weights: weights, threads: 2)
                let pass = try plan.forward(images, branchFactors: factors)
                try plan.backward(pass, gradient: coefficients)
                return (features: pass.features, gradients: plan.gradients, weights: plan.weights)
            }
            #expect(results[0].features == results[1].features)
            #expect(results[0].gradients == results[1].gradients)
            #expect(results[0].weights == results[1].weights)
        }
    }

    @Test func `running statistics are of what goes into the norm, whatever is dropped`() throws {
        let tested = try #require(Self.cases().first)
        let (weights, images, _) = tested.tested.material(images: 3)
        let draws: [[Float]] = [[1, 1, 1], [0, 2, 0]]
        let results = try draws.map { factors in
            let plan = try TrainingPlan(tested.tested.graph, weights: weights, threads: 1)
            _ = try plan.forward(images, branchFactors: [factors])
            return plan.weights.filter { $0.key.hasPrefix("norm.running") }
        }
        #expect(results[0].count == 2)
        #expect(results[0] == results[1])
    }

    @Test func `a branch is dropped as often as its depth says and kept on average`() {
        let (additions, images) = (4, 20_000)
        var depth = StochasticDepth(rate: 0.4, seed: 11)
        let factors = depth.factors(additions: additions, images: images)
        #expect(factors.count == additions)
        for (addition, factors) in factors.enumerated() {
            let probability = 0.1 * Double(addition + 1)
            let dropped = Double(factors.count { $0 == 0 }) / Double(images)
            // Four standard deviations.
            let margin = 4 * (probability * (1 - probability) / Double(images)).squareRoot()
            #expect(abs(dropped - probability) < margin)
            #expect(abs(Double(factors.reduce(0, +)) / Double(images) - 1) < margin / (1 - probability))
            #expect(Set(factors) == [0, Float(1 / (1 - probability))])
        }
    }

    @Test func `the same seed draws the same and a stored state goes on`() throws {
        var depth = StochasticDepth(rate: 0.3, seed: 5)
        var same = StochasticDepth(rate: 0.3, seed: 5)
        let first = depth.factors(additions: 3, images: 40)
        #expect(first == same.factors(additions: 3, images: 40))
        var stored = try JSONDecoder().decode(StochasticDepth.self, from: JSONEncoder().encode(depth))
        let second = depth.factors(additions: 3, images: 40)
        #expect(second != first)
        #expect(second == stored.factors(additions: 3, images: 40))
        var never = StochasticDepth(rate: 0, seed: 5)
        #expect(never.factors(additions: 2, images: 2) == [[1, 1], [1, 1]])
    }
}
