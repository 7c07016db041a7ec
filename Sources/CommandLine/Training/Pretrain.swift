import Backbones
import FewShot
import Options
import Training

enum Pretrain: Trains {
    static let kind = TrainingConfiguration.Kind.pretraining
    static let declaration = Declaration(
        name: "aniwho pretrain", summary: "train a backbone to classify characters, for its features",
        discussion: """
            Needs no daemon. Trains with cross-entropy over the training characters, then drops the classifier and keeps the network.
            The validation is few-shot, on characters held out, with features of length 1. The run's folder, Ctrl-C and --resume work
            as for aniwho meta-train.
            """,
        options: TrainingOptions.run + [
            Option("batch", "B", help: "pictures in a step (default: 64)"),
            Option(
                "balance", "P",
                help:
                    "a class of n pictures is shown as often as n^P says: 1 every picture alike, 0 every class (default: 1)"
            ),
            Option("epoch-pictures", "N", help: "pictures in an epoch (default: as many as there are)"),
            Option("classifier", "NAME", help: "linear, or cosine with --scale and --margin (default: linear)"),
            Option("scale", "S", help: "what cosines are multiplied by (default: 16)"),
            Option("margin", "M", help: "what the right class's cosine is lessened by (default: 0)"),
            Option(
                "teacher", "FILE",
                help:
                    "a trained model whose embeddings the network learns to give as well, whole pictures to every crop"),
            Option("teacher-weight", "W", help: "what the teacher's loss is multiplied by (default: 16)"),
            Option("label-smoothing", "E", help: "(default: 0)"),
            Option("dropout", "P", help: "of the features before the classifier (default: 0)"),
            Option(
                "held-images", "P",
                help: "the part of each training character's pictures kept to measure the classifier on (default: 0)"),
            RunOptions.sources,
        ] + TrainingOptions.episode + TrainingOptions.held + TrainingOptions.descent + TrainingOptions.augmentation
            + RunOptions.rest)

    static func configuration(_ arguments: Arguments) throws -> TrainingConfiguration {
        var common = try TrainingOptions.common(arguments, architecture: "resnet12", epochs: 200, rate: 0.01)
        common.data.heldImages = try arguments.number("held-images", in: 0...0.9) ?? 0
        common.data.sources = arguments["sources"].map(RunOptions.absolute)
        if common.data.sources != nil, common.data.heldImages == 0 {
            throw arguments.misuse("--sources goes with --held-images")
        }
        var settings = PretrainingSettings(
            classifier: try classifier(arguments), batch: try arguments.integer("batch", in: 1...4096) ?? 64,
            labelSmoothing: try arguments.number("label-smoothing", in: 0...0.99) ?? 0,
            dropout: try arguments.number("dropout", in: 0...0.99) ?? 0,
            balance: try arguments.number("balance", in: 0...1) ?? 1)
        settings.teacher = try teacher(arguments)
        let pictures =
            try arguments.integer("epoch-pictures", in: 1...100_000_000)
            ?? ClassFolders(paths: common.data.training).imageCount
        let steps = max(1, pictures / settings.batch)
        let schedule = try TrainingOptions.schedule(
            arguments, default: "multistep", milestones: [150, 180], epochs: common.epochs, steps: steps,
            hasValidation: common.hasValidation)
        return common.configuration(
            .classes(pretraining: settings), steps: steps, schedule: schedule,
            validation: try TrainingOptions.task(arguments))
    }

    private static func teacher(_ arguments: Arguments) throws -> PretrainingSettings.Teacher? {
        let weight = try arguments.number("teacher-weight", in: 0.001...1000)
        guard let path = arguments["teacher"] else {
            if weight != nil { throw arguments.misuse("--teacher-weight goes with --teacher") }
            return nil
        }
        return PretrainingSettings.Teacher(path: RunOptions.absolute(path), weight: weight ?? 16)
    }

    private static func classifier(_ arguments: Arguments) throws -> PretrainingSettings.Classifier {
        let name = try arguments.choice("classifier", of: ["linear", "cosine"]) ?? "linear"
        let scale = try arguments.number("scale", in: 0.1...1000)
        let margin = try arguments.number("margin", in: 0...1)
        if name == "linear" {
            guard scale == nil, margin == nil else {
                throw arguments.misuse("--scale and --margin go with --classifier cosine")
            }
            return .linear
        }
        return .cosine(scale: scale ?? 16, margin: margin ?? 0)
    }
}
