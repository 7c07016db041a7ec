import Backbones
import TestSupport
import Foundation
import NeuralNetwork
import Testing

/// Whole steps of whole networks against PyTorch's float64 (Goldens/make.py).
///
/// Gradients: within 1e-3 of each tensor's norm, in norm and in product with the formula's values. Single precision and
/// Winograd make errors of 1e-6 to 1e-5 a layer, and batch norms over few values enlarge them. MobileNetV2, trained whole, has
/// 35 layers of ReLU6, and an input that falls to the other side of a kink changes the gradients of all layers before it:
/// PyTorch's own float32 differs there from its float64 by 1e-2 to 3e-2 for most pictures, so that is what is allowed. Tensors whose gradient vanishes by construction (a bias before a batch norm) are compared
/// on the scale of all gradients. Losses: within 1e-3 over ten steps.
@Suite struct GoldenStepTests {
    private func golden(_ name: String) throws -> [String: Tensor] {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens/\(name).safetensors")
        return try Safetensors(contentsOf: path.path).tensors
    }

    /// Compares norms and products with the formula's values, tensor by tensor in the order of their names.
    private func compare(_ tensors: [String: Tensor], _ golden: Tensor?, within tolerance: Float = 1e-3) throws {
        let golden = try #require(golden)
        #expect(golden.shape == [tensors.count, 2])
        let largest = stride(from: 0, to: golden.values.count, by: 2).map { golden.values[$0] }.max() ?? 0
        for (index, entry) in tensors.sorted(by: { $0.key < $1.key }).enumerated() {
            let values = entry.value.values
            let formula = Formula.values(tensor: index, count: values.count)
            let norm = Float(values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
            let product = Float(zip(values, formula).reduce(0.0) { $0 + Double($1.0) * $1.1 })
            let (expectedNorm, expectedProduct) = (golden.values[2 * index], golden.values[2 * index + 1])
            let allowed = tolerance * max(expectedNorm, 1e-3 * largest)
            #expect(abs(norm - expectedNorm) < allowed, "\(entry.key): norm \(norm), not \(expectedNorm)")
            #expect(
                abs(product - expectedProduct) < allowed, "\(entry.key): product \(product), not \(expectedProduct)")
        }
    }

    private func running(_ plan: TrainingPlan) -> [String: Tensor] {
        plan.weights.filter { $0.key.contains("running") }
    }

    private func follow(_ losses: Tensor?, _ step: (Int) throws -> Double) throws {
        for (index, expected) in try #require(losses).values.enumerated() {
            let loss = try step(index)
            #expect(abs(loss - Double(expected)) < 1e-3 * Double(expected), "step \(index): \(loss), not \(expected)")
        }
    }

    @Test func `an episode of ResNet-12 learns as easyfsl's does`() throws {
        let golden = try golden("resnet12")
        let graph = try Catalogue.backbone("resnet12").graph(24)
        var weights = Formula.weights(graph)
        for (name, bias) in weights where name.hasSuffix(".bias") {
            weights[name] = Tensor(shape: bias.shape, values: bias.values.map { $0 + 2.5 })
        }
        let plan = try TrainingPlan(graph, weights: weights, threads: 2)
        let images = Formula.values(tensor: 9996, count: 15 * 24 * 24 * 3).map { Float($0) }
        let (support, query) = (Array(images[..<(5 * 24 * 24 * 3)]), Array(images[(5 * 24 * 24 * 3)...]))
        var optimizer = SGD(learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4)
        try follow(golden["losses"]) { step in
            plan.clearGradients()
            let (first, second) = try (plan.forward(support), plan.forward(query))
            let result = PrototypicalLoss.evaluate(
                support: first.features, supportLabels: Array(0..<5), query: second.features,
                queryLabels: (0..<10).map { $0 / 2 })
            try plan.backward(second, gradient: result.queryGradient)
            try plan.backward(first, gradient: result.supportGradient)
            if step == 0 {
                try compare(plan.gradients, golden["gradients"])
                try compare(running(plan), golden["running"])
            }
            optimizer.step(plan.trainableParameters)
            return result.loss
        }
    }

    /// The whole network, one step; then its end, ten steps. See make.py for why.
    @Test(arguments: [("mobilenetv2", [""]), ("mobilenetv2-tuned", ["blocks.6.", "conv_head", "bn2."])])
    func `a classifier on MobileNetV2 learns as timm's does`(name: String, tuned: [String]) throws {
        let golden = try golden(name)
        let graph = try Catalogue.backbone("mobilenetv2").graph(32)
        let plan = try TrainingPlan(graph, weights: Formula.weights(graph), threads: 2) { name in
            tuned.contains { name.hasPrefix($0) }
        }
        let head = try head()
        let images = Formula.values(tensor: 9990, count: 10 * 32 * 32 * 3).map { Float($0) }
        let entropy = CrossEntropy(labelSmoothing: 0.1)
        var optimizer = SGD(learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4)
        try follow(golden["losses"]) { step in
            plan.clearGradients()
            for parameter in head.trainableParameters { parameter.clearGradient() }
            let pass = try plan.forward(images)
            let result = entropy(head.forward(pass.features), labels: (0..<10).map { $0 % 5 })
            try plan.backward(pass, gradient: head.backward(pass.features, gradient: result.gradient))
            if step == 0 {
                var gradients = plan.gradients
                for parameter in head.trainableParameters { gradients[parameter.name] = parameter.gradientTensor }
                try compare(gradients, golden["gradients"], within: name == "mobilenetv2" ? 3e-2 : 1e-3)
                try compare(running(plan), golden["running"])
            }
            optimizer.step(plan.trainableParameters + head.trainableParameters)
            return result.loss
        }
    }

    /// A network on which a dense layer is put, and what of it learns.
    struct Transferred: Sendable, CustomTestStringConvertible {
        let name: String
        var golden = ""
        let size: Int
        var tuned = [""]
        /// See make.py.
        var tolerance: Float = 1e-3
        var testDescription: String { name + golden }

        static let all = [
            Transferred(name: "inception_v3", size: 139, tolerance: 1e-1),
            Transferred(name: "inception_v3", golden: "-tuned", size: 139, tuned: ["Mixed_7c."]),
            Transferred(name: "inception_resnet_v2", size: 139, tolerance: 4e-2),
            Transferred(name: "inception_resnet_v2", golden: "-tuned", size: 139, tuned: ["block8.", "conv2d_7b."]),
            Transferred(name: "efficientnet_b0", size: 64),
            Transferred(name: "efficientnet_b7", size: 64),
        ]
    }

    @Test(arguments: Transferred.all) func `a step of a transferred network is timm's`(tested: Transferred) throws {
        let golden = try golden(tested.name + tested.golden)
        let graph = try Catalogue.backbone(tested.name).graph(tested.size)
        let plan = try TrainingPlan(graph, weights: Formula.weights(graph), threads: 2) { name in
            tested.tuned.contains { name.hasPrefix($0) }
        }
        let head = try head(width: plan.width)
        let pixels = 5 * tested.size * tested.size * 3
        let pass = try plan.forward(Formula.values(tensor: 9989, count: pixels).map { Float($0) })
        let result = CrossEntropy()(head.forward(pass.features), labels: Array(0..<5))
        let loss = try #require(golden["losses"]).values[0]
        #expect(abs(result.loss - Double(loss)) < 1e-4 * Double(loss), "\(result.loss), not \(loss)")
        try plan.backward(pass, gradient: head.backward(pass.features, gradient: result.gradient))
        var gradients = plan.gradients
        for parameter in head.trainableParameters { gradients[parameter.name] = parameter.gradientTensor }
        try compare(gradients, golden["gradients"], within: tested.tolerance)
        try compare(running(plan), golden["running"])
    }

    private func head(width: Int = 1280) throws -> Linear {
        func values(_ tensor: Int, _ count: Int, times factor: Double) -> [Float] {
            Formula.values(tensor: tensor, count: count).map { Float(factor * $0) }
        }
        return try Linear(
            "head", weight: Tensor(shape: [5, width], values: values(9001, 5 * width, times: 0.05)),
            bias: Tensor(shape: [5], values: values(9002, 5, times: 0.2)))
    }

    @Test func `a frozen beginning learns nothing and what follows goes on`() throws {
        let graph = try Catalogue.backbone("mobilenetv2").graph(32)
        let weights = Formula.weights(graph)
        let plan = try TrainingPlan(graph, weights: weights, threads: 2) { name in
            name.hasPrefix("blocks.6.") || name.hasPrefix("conv_head") || name.hasPrefix("bn2.")
        }
        let pass = try plan.forward(Formula.images(4, size: 32))
        try plan.backward(pass, gradient: pass.features)
        var optimizer = SGD(learningRate: 0.01)
        optimizer.step(plan.trainableParameters)
        for (name, tensor) in plan.weights {
            let learns = name.hasPrefix("blocks.6.") || name.hasPrefix("conv_head") || name.hasPrefix("bn2.")
            #expect((tensor != weights[name]) == learns, "\(name)")
        }
    }
}
