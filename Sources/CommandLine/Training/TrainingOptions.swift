import Backbones
import Embedding
import FewShot
import Foundation
import Imaging
import NeuralNetwork
import Options
import Training

/// The options that `meta-train` and `pretrain` share beside those of every training, and the configuration that they make.
enum TrainingOptions {
    static let run =
        RunOptions.run + [
            Option("size", "S", help: "side of the network's input in pixels (default: the architecture's)")
        ]

    /// Of an episode, and of a validation task.
    static let episode = [
        Option("way", "N", help: "characters in an episode (default: 5)"),
        Option("shot", "K", help: "support pictures of each (default: 5)"),
        Option("query", "Q", help: "query pictures of each (default: 10)"),
    ]

    static let held = [
        Option("validation", "LIST", help: "classes to choose the best epoch by; left out of the data by name"),
        Option(
            "split", "T/V/E",
            help: "or draw T classes to train on, V to validate and E to leave for a test, as 90/20/20"),
        Option("validation-tasks", "T", help: "validation tasks after each epoch (default: 100)"),
    ]

    static let descent =
        RunOptions.descent + [
            Option("weight-decay", "W", help: "(default: 5e-4)"),
            Option("nesterov", help: "use Nesterov's momentum"),
            Option("schedule", "NAME", help: "multistep, cosine, plateau or constant"),
            Option("milestones", "LIST", help: "epochs at which multistep reduces the rate"),
            Option("gamma", "G", help: "the factor of multistep and plateau (default: 0.1)"),
            Option("warm-up", "N", help: "steps in which cosine's rate rises from a hundredth (default: 0)"),
        ]

    static let augmentation = [
        Option(
            "crop", "A", help: "random resized crops of A to 1 of the area; 1 takes the whole picture (default: 0.08)"),
        Option(
            "zoom-out", "S",
            help:
                "place every other picture on a canvas of 1 to S times its sides instead of cropping it (default: 1, none)"
        ),
        Option("flip", "P", help: "how often the mirror image is shown (default: 0.5)"),
        Option(
            "jitter", "B/C/S[/H]", help: "color jitter: brightness, contrast, saturation, hue (default: 0.4/0.4/0.4)"),
        Option("grey", "P", help: "how often the picture loses its colors (default: 0)"),
        RunOptions.stochasticDepth,
    ]

    /// Everything but the objective's own.
    struct Common {
        let run: RunOptions
        var data: TrainingConfiguration.Data
        let transform: TrainingTransform
        let nesterov: Bool
        let validationTasks: Int

        var size: Int { run.size ?? run.backbone.inputSize }
        var epochs: Int { run.epochs }

        /// The whole, with what the objective has of its own.
        func configuration(
            _ objective: TrainingConfiguration.Objective, steps: Int, schedule: TrainingConfiguration.Schedule,
            validation: TrainingConfiguration.Task
        ) -> TrainingConfiguration {
            var configuration = TrainingConfiguration(
                objective: objective, architecture: run.backbone.name, inputSize: size, weights: run.weights,
                data: data, transform: transform, epochs: run.epochs, steps: steps,
                descent: .init(
                    learningRate: run.learningRate, momentum: run.momentum, weightDecay: run.weightDecay,
                    nesterov: nesterov),
                schedule: schedule, validation: validation, validationTasks: validationTasks, seed: run.seed,
                threads: run.threads)
            configuration.stochasticDepth = run.stochasticDepth
            return configuration
        }

        var hasValidation: Bool { !data.validation.isEmpty || (data.split?[1] ?? 0) > 0 }
    }

    static func common(_ arguments: Arguments, architecture: String, epochs: Int, rate: Double) throws -> Common {
        let run = try RunOptions(
            arguments, architecture: architecture, epochs: epochs, rate: rate, weightDecay: 5e-4)
        var data = TrainingConfiguration.Data(training: run.data)
        data.validation = arguments["validation"].map { RunOptions.list($0).map(RunOptions.absolute) } ?? []
        data.split = try arguments["split"].map { try split($0, arguments) }
        data.skipBad = run.skipBad
        if data.split != nil, !data.validation.isEmpty {
            throw arguments.misuse("give --split or --validation, not both")
        }
        return Common(
            run: run, data: data, transform: try transform(arguments, size: run.size ?? run.backbone.inputSize),
            nesterov: arguments.flag("nesterov"),
            validationTasks: try arguments.integer("validation-tasks", in: 2...100_000) ?? 100)
    }

    /// Way, shot and query, by default the paper's.
    static func task(_ arguments: Arguments) throws -> TrainingConfiguration.Task {
        TrainingConfiguration.Task(
            way: try arguments.integer("way", in: 2...1000) ?? 5, shot: try arguments.integer("shot", in: 1...100) ?? 5,
            query: try arguments.integer("query", in: 1...1000) ?? 10)
    }

    private static func split(_ text: String, _ arguments: Arguments) throws -> [Int] {
        let numbers = text.split(separator: "/").map { Int($0) ?? -1 }
        guard numbers.count == 3, numbers[0] > 0, numbers.allSatisfy({ $0 >= 0 }) else {
            throw arguments.misuse("--split takes three numbers of classes, as 90/20/20, not “\(text)”")
        }
        return numbers
    }

    private static func transform(_ arguments: Arguments, size: Int) throws -> TrainingTransform {
        var transform = TrainingTransform.paper(size: size)
        if let smallest = try arguments.number("crop", in: 0.001...1) {
            transform.crop = smallest == 1 ? nil : RandomResizedCrop(scale: smallest...1)
        }
        if let largest = try arguments.number("zoom-out", in: 1...10), largest > 1 {
            transform.zoomOut = RandomZoomOut(scale: 1...largest)
        }
        if let flip = try arguments.number("flip", in: 0...1) { transform.flip = flip }
        if let gray = try arguments.number("grey", in: 0...1) { transform.gray = gray }
        if let text = arguments["jitter"] {
            let parts = text.split(separator: "/").map { Double($0) ?? -1 }
            guard (3...4).contains(parts.count), parts.allSatisfy({ (0...1).contains($0) }), (parts + [0])[3] <= 0.5
            else {
                throw arguments.misuse(
                    "--jitter takes brightness/contrast/saturation and perhaps /hue, as 0.4/0.4/0.4, hue at most 0.5, not “\(text)”"
                )
            }
            transform.jitter = ColorJitter(
                brightness: parts[0], contrast: parts[1], saturation: parts[2], hue: parts.count > 3 ? parts[3] : 0)
        }
        return transform
    }

    /// The schedule that the options name, or the command's own.
    static func schedule(
        _ arguments: Arguments, default name: String, milestones: [Int], epochs: Int, steps: Int, hasValidation: Bool
    ) throws -> TrainingConfiguration.Schedule {
        let gamma = try arguments.number("gamma", in: 0.0001...0.9999) ?? 0.1
        let name = try arguments.choice("schedule", of: ["multistep", "cosine", "plateau", "constant"]) ?? name
        if let warmUp = try arguments.integer("warm-up", in: 0...10_000_000), warmUp > 0, name != "cosine" {
            throw arguments.misuse("--warm-up goes with --schedule cosine")
        }
        switch name {
        case "multistep":
            let given = try arguments["milestones"].map { text in
                try RunOptions.list(text).map { item in
                    guard let epoch = Int(item), epoch > 0 else {
                        throw arguments.misuse("--milestones takes epochs separated by commas, not “\(text)”")
                    }
                    return epoch
                }
            }
            return .byEpoch(rate: .multiStep(milestones: given ?? milestones, gamma: gamma))
        case "cosine":
            let warmUp = try arguments.integer("warm-up", in: 0...10_000_000) ?? 0
            guard warmUp < epochs * steps else {
                throw arguments.misuse("a warm-up of \(warmUp) steps is as long as the run's \(epochs * steps)")
            }
            return .byStep(rate: .cosine(length: epochs * steps, warmUp: warmUp))
        case "plateau":
            guard hasValidation else { throw arguments.misuse("--schedule plateau needs --validation or --split") }
            return .byValidation(plateau: ReduceOnPlateau(factor: gamma, patience: 3))
        default: return .byEpoch(rate: .constant)
        }
    }
}
