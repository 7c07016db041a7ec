import Backbones
import Embedding
import FewShot
import Foundation
import Imaging
import NeuralNetwork
import Options
import Training

/// The options that `meta-train` and `pretrain` share, and the configuration that they make.
enum TrainingOptions {
    static let run = [
        Option("data", "LIST", help: "folders of class folders, or easyfsl's JSON class lists, separated by commas"),
        Option("run", "DIR", help: "a new folder for the run's configuration, curve, checkpoints and model"),
        Option("resume", "DIR", help: "go on with the run of that folder, as it was configured"),
        Option("architecture", "A", help: "one of \(Catalogue.all.map(\.name).joined(separator: ", "))"),
        Option("weights", "FILE", help: "start from a model, a checkpoint or plain weights (default: random weights)"),
        Option("size", "S", help: "side of the network's input in pixels (default: the architecture's)"),
    ]

    static let held = [
        Option("validation", "LIST", help: "classes to choose the best epoch by; left out of the data by name"),
        Option(
            "split", "T/V/E",
            help: "or draw T classes to train on, V to validate and E to leave for a test, as 90/20/20"),
        Option("validation-tasks", "T", help: "validation tasks after each epoch (default: 100)"),
        Option("skip-bad", help: "leave out pictures that cannot be read, instead of stopping"),
    ]

    static let descent = [
        Option("epochs", "E", help: "epochs"),
        Option("learning-rate", "R", help: "of the stochastic gradient descent"),
        Option("momentum", "M", help: "(default: 0.9)"),
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
        Option("flip", "P", help: "how often the mirror image is shown (default: 0.5)"),
        Option(
            "jitter", "B/C/S[/H]", help: "colour jitter: brightness, contrast, saturation, hue (default: 0.4/0.4/0.4)"),
        Option("grey", "P", help: "how often the picture loses its colours (default: 0)"),
        Option(
            "stochastic-depth", "P",
            help: "how often the last residual branch is left out, earlier ones less (default: 0)"),
    ]

    static let rest = [
        Option("seed", "S", help: "everything random follows from it (default: 1)"),
        Option("threads", "N", help: "threads of the network (default: one for each core)"),
        Option("json", help: "print JSON lines on a terminal, too"),
    ]

    /// Everything but the objective's own.
    struct Common {
        let backbone: Backbone
        let size: Int
        let weights: String?
        var data: TrainingConfiguration.Data
        let transform: TrainingTransform
        let stochasticDepth: Double
        let epochs: Int
        let descent: TrainingConfiguration.Descent
        let seed: UInt64
        let threads: Int
        let validationTasks: Int

        /// The whole, with what the objective has of its own.
        func configuration(
            _ objective: TrainingConfiguration.Objective, steps: Int, schedule: TrainingConfiguration.Schedule,
            validation: TrainingConfiguration.Task
        ) -> TrainingConfiguration {
            var configuration = TrainingConfiguration(
                objective: objective, architecture: backbone.name, inputSize: size, weights: weights, data: data,
                transform: transform, epochs: epochs, steps: steps, descent: descent, schedule: schedule,
                validation: validation, validationTasks: validationTasks, seed: seed, threads: threads)
            configuration.stochasticDepth = stochasticDepth
            return configuration
        }

        var hasValidation: Bool { !data.validation.isEmpty || (data.split?[1] ?? 0) > 0 }
    }

    static func common(_ arguments: Arguments, architecture: String, epochs: Int, rate: Double) throws -> Common {
        let backbone = try Catalogue.backbone(try self.architecture(arguments) ?? architecture)
        let size = try arguments.integer("size", in: 16...512) ?? backbone.inputSize
        _ = try backbone.checkedGraph(size)
        var data = TrainingConfiguration.Data(training: list(try arguments.required("data")).map(absolute))
        data.validation = arguments["validation"].map { list($0).map(absolute) } ?? []
        data.split = try arguments["split"].map { try split($0, arguments) }
        data.skipBad = arguments.flag("skip-bad")
        if data.split != nil, !data.validation.isEmpty {
            throw arguments.misuse("give --split or --validation, not both")
        }
        return Common(
            backbone: backbone, size: size, weights: arguments["weights"].map(absolute), data: data,
            transform: try transform(arguments, size: size),
            stochasticDepth: try arguments.number("stochastic-depth", in: 0...0.9) ?? 0,
            epochs: try arguments.integer("epochs", in: 1...100_000) ?? epochs,
            descent: .init(
                learningRate: try arguments.number("learning-rate", in: 0...100) ?? rate,
                momentum: try arguments.number("momentum", in: 0...0.9999) ?? 0.9,
                weightDecay: try arguments.number("weight-decay", in: 0...1) ?? 5e-4,
                nesterov: arguments.flag("nesterov")),
            seed: UInt64(try arguments.integer("seed", in: 0...Int.max) ?? 1),
            threads: try LocalModel.threads(arguments),
            validationTasks: try arguments.integer("validation-tasks", in: 2...100_000) ?? 100)
    }

    /// Way, shot and query, by default the paper's.
    static func task(_ arguments: Arguments) throws -> TrainingConfiguration.Task {
        TrainingConfiguration.Task(
            way: try arguments.integer("way", in: 2...1000) ?? 5, shot: try arguments.integer("shot", in: 1...100) ?? 5,
            query: try arguments.integer("query", in: 1...1000) ?? 10)
    }

    /// As it is given, or as the starting weights say.
    private static func architecture(_ arguments: Arguments) throws -> String? {
        if let name = arguments["architecture"] { return name }
        guard let path = arguments["weights"] else { return nil }
        return try Safetensors(contentsOf: path).metadata["architecture"]
    }

    /// A run may be resumed from another folder than it was begun in.
    static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

    static func list(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }

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
        if let flip = try arguments.number("flip", in: 0...1) { transform.flip = flip }
        if let grey = try arguments.number("grey", in: 0...1) { transform.grey = grey }
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
                try list(text).map { item in
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
            let cosine = LearningRateSchedule.cosine(period: epochs * steps - warmUp, minimum: 0)
            return .byStep(rate: warmUp > 0 ? .warmUp(start: 0.01, epochs: warmUp, then: cosine) : cosine)
        case "plateau":
            guard hasValidation else { throw arguments.misuse("--schedule plateau needs --validation or --split") }
            return .byValidation(plateau: ReduceOnPlateau(factor: gamma, patience: 3))
        default: return .byEpoch(rate: .constant)
        }
    }
}
