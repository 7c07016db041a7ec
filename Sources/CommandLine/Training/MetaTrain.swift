import Backbones
import Options
import Training

enum MetaTrain: Trains {
    static let kind = TrainingConfiguration.Kind.metaTraining
    static let declaration = Declaration(
        name: "aniwho meta-train", summary: "train a backbone on episodes, as the paper does",
        discussion: """
            Needs no daemon. Each step is an episode: N characters, K support and Q query pictures of each, the prototypical loss. The
            defaults are the paper's: ResNet-12 from random weights, 100 epochs of 100 tasks, a learning rate of 0.01, a tenth of it
            from epoch 50 and again from 80. The run's folder holds its configuration, split, curve (curve.jsonl, curve.svg), the last
            and the best checkpoint, and model.safetensors, the best epoch's network, for --model and aniwho models import. Ctrl-C
            stops with a checkpoint; --resume goes on as if nothing had happened. The command prints JSON lines where standard output
            is no terminal.
            """,
        options: TrainingOptions.run + TrainingOptions.episode + [
            Option("tasks", "T", help: "episodes in an epoch (default: 100)"),
            Option("head", "NAME", help: "what answers in the loss: mean, trimmed-mean or cl2n (default: mean)"),
            Option("scale", "S", help: "the length that cl2n scales features to (default: 10)"),
        ] + TrainingOptions.held + TrainingOptions.descent + TrainingOptions.augmentation + RunOptions.rest)

    static func configuration(_ arguments: Arguments) throws -> TrainingConfiguration {
        let common = try TrainingOptions.common(arguments, architecture: "resnet12", epochs: 100, rate: 0.01)
        let task = try TrainingOptions.task(arguments)
        let steps = try arguments.integer("tasks", in: 1...1_000_000) ?? 100
        let schedule = try TrainingOptions.schedule(
            arguments, default: "multistep", milestones: [50, 80], epochs: common.epochs, steps: steps,
            hasValidation: common.hasValidation)
        return common.configuration(
            .episodes(task: task, head: try head(arguments)), steps: steps, schedule: schedule, validation: task)
    }

    private static func head(_ arguments: Arguments) throws -> EpisodeHead {
        let name = try arguments.choice("head", of: ["mean", "trimmed-mean", "cl2n"]) ?? "mean"
        let scale = try arguments.number("scale", in: 0.1...1000)
        if scale != nil, name != "cl2n" { throw arguments.misuse("--scale goes with --head cl2n") }
        return switch name {
        case "trimmed-mean": .trimmedMean
        case "cl2n": .cl2n(scale: scale ?? 10)
        default: .mean
        }
    }
}
