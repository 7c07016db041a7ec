import Detection
import NeuralNetwork
import Options
import Training

enum TrainDetector: Trains {
    static let kind = TrainingConfiguration.Kind.detection
    static let declaration = Declaration(
        name: "aniwho train-detector", summary: "train a face detector on pictures with boxes",
        discussion: """
            Needs no daemon. --data takes folders of pictures with boxes.json, {"file": [[left, top, right, bottom], …]}, the boxes of
            all faces in pixels; a folder without boxes.json holds pictures without any face. A third of the pictures, by the hash of
            their names, is held out to validate on; the kinds of --training-only, by the start of the name up to “_”, never are.
            --crops takes folders of class folders with faces, which are pasted on the pictures without faces; their boxes train
            only with --labeler. A file ignored.json beside boxes.json, of the same form, names places that may hold a face or
            not. The best epoch has the highest F1 less the false boxes for each picture without a face. The run's folder, Ctrl-C
            and --resume work as for aniwho meta-train; model.safetensors is for --model of aniwho detect.
            """,
        options: [
            Option("data", "LIST", help: "folders of pictures, with and without faces, separated by commas"),
            Option("run", "DIR", help: "a new folder for the run's configuration, curve, checkpoints and model"),
            Option("resume", "DIR", help: "go on with the run of that folder, as it was configured"),
            Option("crops", "LIST", help: "folders of class folders with faces to paste, separated by commas"),
            Option("labeler", "FILE", help: "a detector that says where the faces of the crops are"),
            Option(
                "training-only", "LIST", help: "kinds of pictures that never validate (default: comp)"),
            Option(
                "weights", "FILE", help: "start from a detector, or from a mobilenetv2 (default: random weights)"),
            Option("skip-bad", help: "leave out pictures that cannot be read, instead of stopping"),
            Option("size", "S", help: "side of the training pictures in pixels, a multiple of 32 (default: 320)"),
            Option("long-side", "S", help: "the long side that whole pictures are resized to (default: 512)"),
            Option("batch", "B", help: "pictures in a step (default: 16)"),
            Option("steps", "N", help: "steps in an epoch (default: 100)"),
            Option("frozen-stages", "N", help: "stages of the trunk that keep their weights (default: 2)"),
            Option("box-weight", "W", help: "the weight of the boxes' loss (default: 2)"),
        ] + RunOptions.descent + [
            Option("weight-decay", "W", help: "(default: 1e-4)"),
            Option("warm-up", "N", help: "steps in which the rate rises from a hundredth (default: 200)"),
        ] + RunOptions.rest)

    static func configuration(_ arguments: Arguments) throws -> TrainingConfiguration {
        let size = try arguments.integer("size", in: 64...1024) ?? 320
        guard size % 32 == 0 else { throw arguments.misuse("--size takes a multiple of 32, not \(size)") }
        let epochs = try arguments.integer("epochs", in: 1...100_000) ?? 30
        let steps = try arguments.integer("steps", in: 1...1_000_000) ?? 100
        let warmUp = min(try arguments.integer("warm-up", in: 0...10_000_000) ?? 200, epochs * steps - 1)
        return TrainingConfiguration.detection(
            weights: arguments["weights"].map(RunOptions.absolute),
            data: RunOptions.list(try arguments.required("data")).map(RunOptions.absolute), size: size,
            settings: try settings(arguments), epochs: epochs, steps: steps,
            descent: .init(
                learningRate: try arguments.number("learning-rate", in: 0...100) ?? 0.02,
                momentum: try arguments.number("momentum", in: 0...0.9999) ?? 0.9,
                weightDecay: try arguments.number("weight-decay", in: 0...1) ?? 1e-4, nesterov: false),
            schedule: .byStep(rate: .cosine(length: epochs * steps, warmUp: warmUp)),
            skipBad: arguments.flag("skip-bad"), seed: UInt64(try arguments.integer("seed", in: 0...Int.max) ?? 1),
            threads: try LocalModel.threads(arguments))
    }

    private static func settings(_ arguments: Arguments) throws -> DetectionSettings {
        var settings = DetectionSettings()
        settings.crops = arguments["crops"].map { RunOptions.list($0).map(RunOptions.absolute) } ?? []
        settings.labeler = arguments["labeler"].map(RunOptions.absolute)
        settings.trainingOnly = arguments["training-only"].map(RunOptions.list) ?? settings.trainingOnly
        settings.batch = try arguments.integer("batch", in: 1...1024) ?? settings.batch
        settings.frozenStages = try arguments.integer("frozen-stages", in: 0...6) ?? settings.frozenStages
        settings.boxWeight = try arguments.number("box-weight", in: 0...100) ?? settings.boxWeight
        settings.longSide = try arguments.integer("long-side", in: DetectorModel.longSides) ?? settings.longSide
        return settings
    }
}
