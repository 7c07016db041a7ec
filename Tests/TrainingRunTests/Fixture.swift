@testable import Backbones
import Drawing
import Foundation
import Imaging
import NeuralNetwork
import Training

/// A folder of drawn characters, and what is needed to train on them quickly.
final class Fixture {
    let path = NSTemporaryDirectory() + "aniwho-training-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var data: String { "\(path)/characters" }

    /// Draws characters, a folder each.
    func draw(characters: Int, images: Int, seed: UInt64 = 1) async throws {
        var options = SampleOptions(output: data, characters: characters, images: images)
        (options.size, options.seed) = (64, seed)
        try await SampleSet(options).write()
    }

    /// A fast network of four convolutions and a residual one, which is enough for drawn characters.
    static let tiny = Backbone(
        name: "tiny", summary: "for tests", inputSize: 32, normalization: .imageNet, defaultTaps: ["out"],
        graph: { size in
            var graph = Graph(input: Shape(height: size, width: size, channels: 3))
            var x = graph.input
            for (index, channels) in [16, 32, 64, 64].enumerated() {
                x = graph.convolution(
                    x, "conv\(index)", channels: channels, kernel: 3, stride: 2, padding: .symmetric(1))
                x = graph.activation(graph.batchNorm(x, "bn\(index)", epsilon: 1e-5), .relu)
            }
            var y = graph.convolution(x, "conv4", channels: 64, kernel: 3, padding: .symmetric(1))
            y = graph.batchNorm(y, "bn4", epsilon: 1e-5)
            x = graph.activation(graph.add(y, x, "add"), .relu)
            graph.tap("out", x)
            return graph
        })

    /// Meta-training of the tiny network.
    func episodes(epochs: Int, steps: Int, head: EpisodeHead = .mean) -> TrainingConfiguration {
        configuration(
            .episodes(task: .init(way: 5, shot: 2, query: 4), head: head), epochs: epochs, steps: steps, rate: 0.05)
    }

    /// Classical training of the tiny network.
    func classes(epochs: Int, steps: Int, classifier: PretrainingSettings.Classifier = .linear) -> TrainingConfiguration
    {
        configuration(
            .classes(
                pretraining: PretrainingSettings(
                    classifier: classifier, batch: 16, labelSmoothing: 0.1, dropout: 0.2, balance: 1)),
            epochs: epochs, steps: steps, rate: 0.05)
    }

    /// Transfer training of the tiny network from random weights: random weights are enough for drawn characters.
    func transfer(_ fineTune: FineTuning = .none, epochs: Int, rate: Double = 0.05) -> TrainingConfiguration {
        var settings = TransferSettings()
        (settings.fineTune, settings.batch, settings.views) = (fineTune, 8, 3)
        return .transfer(
            architecture: "tiny", inputSize: 32, weights: nil, data: [data], settings: settings, epochs: epochs,
            learningRate: rate, seed: 3, threads: 1)
    }

    private func configuration(_ objective: TrainingConfiguration.Objective, epochs: Int, steps: Int, rate: Double)
        -> TrainingConfiguration
    {
        var data = TrainingConfiguration.Data(training: [self.data])
        data.split = [8, 5, 0]
        return TrainingConfiguration(
            objective: objective, architecture: "tiny", inputSize: 32, weights: nil, data: data,
            transform: TrainingTransform(
                size: 32, crop: RandomResizedCrop(scale: 0.6...1), flip: 0.5,
                jitter: ColorJitter(brightness: 0.2, contrast: 0.2, saturation: 0.2), gray: 0),
            epochs: epochs, steps: steps,
            descent: .init(learningRate: rate, momentum: 0.9, weightDecay: 5e-4, nesterov: false),
            schedule: .byEpoch(rate: .multiStep(milestones: [epochs - 1], gamma: 0.1)),
            validation: .init(way: 5, shot: 2, query: 4), validationTasks: 20, seed: 3, threads: 1)
    }

    func run(_ configuration: TrainingConfiguration, in name: String) throws -> TrainingRun {
        try TrainingRun(configuration, in: try RunFolder(new: "\(path)/\(name)"), backbone: Self.tiny)
    }

    func resume(_ name: String) throws -> TrainingRun {
        try TrainingRun(resuming: try RunFolder(existing: "\(path)/\(name)"), backbone: Self.tiny)
    }

    func file(_ run: String, _ name: String) -> String { "\(path)/\(run)/\(name)" }
}

extension TrainingConfiguration {
    /// A transfer training with other settings.
    func with(_ change: (inout TransferSettings) -> Void) -> TrainingConfiguration {
        guard case .transfer(var settings) = objective else { preconditionFailure("not a transfer training") }
        change(&settings)
        var changed = self
        changed.objective = .transfer(settings: settings)
        return changed
    }
}

extension TrainingRun {
    /// Trains and gives the events, without those of single steps.
    func epochs(stopAfter steps: Int = .max) async throws(TrainingError) -> [EpochRecord] {
        var records: [EpochRecord] = []
        let counter = StepCounter(steps)
        try await train(stop: { counter.isDone }) { event in
            if case .epoch(let record) = event { records.append(record) }
        }
        return records
    }
}

/// Asks a run to stop after some steps.
final class StepCounter: @unchecked Sendable {  // used only on the training task
    private var left: Int

    init(_ steps: Int) { left = steps }

    var isDone: Bool {
        left -= 1
        return left <= 0
    }
}
