import Backbones
import Foundation
import NeuralNetwork
import Options
import Training

/// The options that every training command has, and their values.
struct RunOptions {
    static let run = [
        Option("data", "LIST", help: "folders of class folders, or easyfsl's JSON class lists, separated by commas"),
        Option("run", "DIR", help: "a new folder for the run's configuration, curve, checkpoints and model"),
        Option("resume", "DIR", help: "go on with the run of that folder, as it was configured"),
        Option("architecture", "A", help: Operand.architecture.help),
        Option("weights", "FILE", help: "start from a model, a checkpoint or plain weights (default: random weights)"),
        Option("skip-bad", help: "leave out pictures that cannot be read, instead of stopping"),
    ]

    static let descent = [
        Option("epochs", "E", help: "epochs"),
        Option("learning-rate", "R", help: "of the stochastic gradient descent"),
        Option("momentum", "M", help: "(default: 0.9)"),
    ]

    static let stochasticDepth = Option(
        "stochastic-depth", "P",
        help: "how often the last residual branch is left out, earlier ones less (default: 0)")

    static let sources = Option(
        "sources", "FILE", help: "JSON of \"class/file\": \"source picture\"; crops of one source are kept together")

    static let rest = [
        Option("seed", "S", help: "everything random follows from it (default: 1)"),
        .threads, RankLaunch.option,
    ]

    let backbone: Backbone
    /// nil for the command's own.
    let size: Int?
    let weights: String?
    let data: [String]
    let skipBad: Bool
    let epochs: Int
    let learningRate, momentum, weightDecay: Double
    let stochasticDepth: Double
    let seed: UInt64
    let threads: Int

    /// - Parameters:
    ///   - architecture: where neither it nor starting weights that name theirs are given.
    ///   - epochs, rate, weightDecay: by default.
    init(_ arguments: Arguments, architecture: String, epochs: Int, rate: Double, weightDecay: Double) throws {
        backbone = try Catalogue.backbone(try Self.architecture(arguments) ?? architecture)
        size = try arguments.integer("size", in: 16...512)
        if let size { _ = try backbone.checkedGraph(size) }
        weights = arguments["weights"].map(Self.absolute)
        data = Self.list(try arguments.required("data")).map(Self.absolute)
        skipBad = arguments.flag("skip-bad")
        self.epochs = try arguments.integer("epochs", in: 1...100_000) ?? epochs
        learningRate = try arguments.number("learning-rate", in: 0...100) ?? rate
        momentum = try arguments.number("momentum", in: 0...0.9999) ?? 0.9
        self.weightDecay = try arguments.number("weight-decay", in: 0...1) ?? weightDecay
        stochasticDepth = try arguments.number("stochastic-depth", in: 0...0.9) ?? 0
        seed = UInt64(try arguments.integer("seed", in: 0...Int.max) ?? 1)
        threads = try LocalModel.threads(arguments)
    }

    /// The one given, or that of the starting weights.
    private static func architecture(_ arguments: Arguments) throws -> String? {
        if let name = arguments["architecture"] { return name }
        guard let path = arguments["weights"] else { return nil }
        return try Safetensors(contentsOf: path).metadata["architecture"]
    }

    /// A run may be resumed from another folder than it was begun in.
    static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

    static func list(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }
}
