import Backbones
import Options
import Training

enum TransferTrain: Trains {
    static let kind = TrainingConfiguration.Kind.transfer
    static let declaration = Declaration(
        name: "aniwho transfer-train",
        summary: "train a classifier of a fixed cast on a network that was trained elsewhere",
        discussion: """
            Needs no daemon. This is the paper's experiment. A tenth of every character's pictures is for the test, 18 % of the rest for
            validation, and the others for training. The classifier is the network's features, dropout and one dense layer. The
            learning rate follows the validation loss; the run ends when that loss has not fallen for some epochs, and keeps the
            epoch where it was lowest. A frozen network (--fine-tune none) computes the features of some augmented views of every
            picture once, before the first epoch. Fine-tuning updates the running statistics of batch norms as PyTorch does, by a tenth
            for each step, where Keras takes a hundredth or a thousandth. The run's folder, Ctrl-C and --resume work as for aniwho meta-train;
            model.safetensors is the classifier with its dense layer, and result.json has its accuracy on each part, picture by
            picture for the test.
            """,
        options: RunOptions.run + [
            Option("size", "S", help: "side of the network's input in pixels (default: 96)"),
            Option(
                "fine-tune", "WHAT", help: "none, top:N for the last N layers, or all of the network (default: none)"),
            Option("batch", "B", help: "pictures in a step (default: 32)"),
            Option("dropout", "P", help: "of the features before the dense layer (default: 0.2)"),
            Option("augment", "NAME", help: "keras, the paper's Table 1, or none (default: keras)"),
            Option(
                "views", "V",
                help:
                    "views of each picture that a frozen network makes features of; 0 for the pictures as they are (default: 8)"
            ),
            Option(
                "feature-cache", "DIR",
                help: "keep those features there, for other runs too (default: in the run's folder)"),
            Option("test-part", "P", help: "the part of each character's pictures left for the test (default: 0.1)"),
            Option("validation-part", "P", help: "the part of what is left to choose the epoch by (default: 0.18)"),
            RunOptions.sources,
            Option("patience", "N", help: "epochs without a lower validation loss that end the run (default: 6)"),
            Option("label-smoothing", "E", help: "(default: 0)"),
            Option("weight-decay", "W", help: "(default: 0)"),
            Option("new-head", help: "take only the network of a classifier's file, with a new dense layer"),
        ] + RunOptions.descent + [RunOptions.stochasticDepth] + RunOptions.rest)

    static func configuration(_ arguments: Arguments) throws -> TrainingConfiguration {
        let run = try RunOptions(
            arguments, architecture: "mobilenetv2", epochs: 100, rate: 0.005, weightDecay: 0)
        var configuration = TrainingConfiguration.transfer(
            architecture: run.backbone.name, inputSize: run.size ?? 96, weights: run.weights, data: run.data,
            sources: arguments["sources"].map(RunOptions.absolute), settings: try settings(arguments),
            epochs: run.epochs, learningRate: run.learningRate, momentum: run.momentum,
            weightDecay: run.weightDecay, skipBad: run.skipBad, seed: run.seed, threads: run.threads)
        configuration.stochasticDepth = run.stochasticDepth
        return configuration
    }

    private static func settings(_ arguments: Arguments) throws -> TransferSettings {
        var settings = TransferSettings()
        settings.batch = try arguments.integer("batch", in: 1...4096) ?? settings.batch
        settings.dropout = try arguments.number("dropout", in: 0...0.99) ?? settings.dropout
        if let text = arguments["fine-tune"] {
            guard let mode = FineTuning(text) else {
                throw arguments.misuse("--fine-tune takes none, top:N with N layers, or all, not “\(text)”")
            }
            settings.fineTune = mode
        }
        if try arguments.choice("augment", of: ["keras", "none"]) == "none" { settings.augmentation = nil }
        if let views = try arguments.integer("views", in: 0...1000) {
            guard settings.fineTune == .none, settings.augmentation != nil else {
                throw arguments.misuse("--views goes with --fine-tune none and --augment keras")
            }
            settings.views = views
        }
        settings.featureCache = arguments["feature-cache"].map(RunOptions.absolute)
        if settings.featureCache != nil, settings.fineTune != .none {
            throw arguments.misuse("--feature-cache goes with --fine-tune none")
        }
        settings.split = TransferSettings.Split(
            test: try arguments.number("test-part", in: 0.001...0.9) ?? settings.split.test,
            validation: try arguments.number("validation-part", in: 0.001...0.9) ?? settings.split.validation)
        settings.patience = try arguments.integer("patience", in: 1...100_000) ?? settings.patience
        settings.labelSmoothing = try arguments.number("label-smoothing", in: 0...0.99) ?? 0
        settings.newHead = arguments.flag("new-head")
        return settings
    }
}

/// The numbers of a finished transfer training, for people.
enum TransferText {
    static func text(_ summary: TransferSummary) -> String {
        var table = TextTable(
            ("", .left), ("pictures", .right), ("loss", .right), ("top-1", .right), ("top-5", .right))
        for (name, score) in [
            ("training", summary.training), ("validation", summary.validation), ("test", summary.test),
        ] {
            table.add(
                name, String(score.images), Show.decimal(score.loss), Show.estimate(score.top1),
                Show.estimate(score.top5))
        }
        let early = summary.stoppedEarly ? "stopped early, " : ""
        let inference = summary.inference
        return """
            \(table.text)
            fine-tuning \(summary.fineTune), \(early)\(Show.count(summary.epochs, "epoch")); \
            \(summary.parameters) parameters, \(summary.trainableParameters) of them trained
            inference: \(Show.decimal(inference.batch1, 2)) ms for one picture, \(Show.decimal(inference.batch32, 1)) ms for 32, \
            on \(Show.count(inference.threads, "thread"))
            """
    }
}
