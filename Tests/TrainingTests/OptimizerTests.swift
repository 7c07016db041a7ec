import TestSupport
import Foundation
import Testing

@testable import NeuralNetwork

/// SGD and the schedules against PyTorch's (Goldens/make.py).
@Suite struct OptimizerTests {
    private func golden(_ file: String, _ name: String) throws -> [Float] {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens/\(file).safetensors")
        return try #require(try Safetensors(contentsOf: path.path).tensors[name]).values
    }

    private func values(_ tensor: Int) -> [Float] { Formula.values(tensor: tensor, count: 8).map { Float($0) } }

    private func step(_ optimizer: inout SGD, _ parameter: Parameter, _ step: Int) {
        parameter.clearGradient()
        for (index, value) in values(10 + step).enumerated() { parameter.gradient?.base[index] += value }
        optimizer.step([parameter])
    }

    @Test(arguments: [
        ("plain", SGD(learningRate: 0.1)), ("decay", SGD(learningRate: 0.1, weightDecay: 0.01)),
        ("momentum", SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 0.01)),
        ("nesterov", SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 0.01, nesterov: true)),
    ]) func `five steps equal PyTorch's, also when resumed`(name: String, start: SGD) throws {
        var optimizer = start
        let parameter = Parameter(name: "w", Tensor(shape: [8], values: values(1)), trainable: true)
        for index in 0..<5 {
            step(&optimizer, parameter, index)
            optimizer = try JSONDecoder().decode(SGD.self, from: JSONEncoder().encode(optimizer))
        }
        for (value, expected) in zip(parameter.tensor.values, try golden("sgd", name)) {
            #expect(abs(value - expected) < 1e-6)
        }
    }

    @Test(arguments: [
        ("multi_step", LearningRateSchedule.multiStep(milestones: [3, 7, 8], gamma: 0.5)),
        ("cosine", .cosine(period: 19, minimum: 0.001)),
        ("warm_up", .warmUp(start: 0.1, epochs: 4, then: .multiStep(milestones: [3, 7], gamma: 0.1))),
    ]) func `rates equal PyTorch's`(name: String, schedule: LearningRateSchedule) throws {
        for (epoch, expected) in try golden("schedules", name).enumerated() {
            #expect(abs(schedule.rate(base: 0.1, epoch: epoch) - Double(expected)) < 1e-8, "epoch \(epoch)")
        }
        #expect(LearningRateSchedule.constant.rate(base: 0.1, epoch: 9) == 0.1)
    }

    @Test func `a plateau lowers the rate when PyTorch's does, also when resumed`() throws {
        let metrics = try golden("schedules", "metrics")
        var plateau = ReduceOnPlateau(factor: 0.5, patience: 2, cooldown: 1, minimum: 0.02)
        var rate = 0.1
        for (epoch, expected) in try golden("schedules", "plateau").enumerated() {
            #expect(abs(rate - Double(expected)) < 1e-8, "epoch \(epoch)")
            rate = plateau.rate(after: Double(metrics[epoch]), current: rate)
            plateau = try JSONDecoder().decode(ReduceOnPlateau.self, from: JSONEncoder().encode(plateau))
        }
    }
}
