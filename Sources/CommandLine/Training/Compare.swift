import API
import Backbones
import Embedding
import Foundation
import Options
import Report
import Training

enum Compare: Command {
    static let declaration = Declaration(
        name: "aniwho compare", summary: "train the paper's networks in all its settings, and report which is best",
        discussion: """
            Needs no daemon; aniwho jobs start compare has the daemon run it. Each run is one of aniwho transfer-train. By default
            the command runs the paper's 60: five networks with batches of 32 and 16, frozen and fine-tuned, with dropouts of 0.2, 0.5 and 0.8, on one split of the pictures. Prototypes of
            few pictures classify the same test pictures. After each run the command writes results.json, results.csv, report.html
            (one page that needs no other file) and figure26.svg again. Ctrl-C stops with a checkpoint; --resume goes on. If a run
            fails, the command records it, goes on with the others, and exits with a status other than 0. It prints JSON lines
            where standard output is no terminal.
            """,
        options: [
            Option(
                "data", "LIST", help: "folders of class folders, or easyfsl's JSON class lists, separated by commas"),
            RunOptions.sources,
            Option("out", "DIR", help: "a new folder for the runs, the results and the report"),
            Option("resume", "DIR", help: "go on with the comparison of that folder, as it was configured"),
            Option("report-only", "DIR", help: "write that comparison's report again from its results.json"),
            Option(
                "models", "LIST",
                help:
                    "architectures, each perhaps with what it starts from: NAME, or NAME=WEIGHTS, a model that comes with AniWho or a file (default: the paper's five)"
            ),
            Option("batch", "LIST", help: "pictures in a step (default: 32,16)"),
            Option("dropout", "LIST", help: "of the features before the dense layer (default: 0.2,0.5,0.8)"),
            Option(
                "fine-tune", "LIST", help: "what trains beside the dense layer: none, top:N, all (default: none,all)"),
            Option("epochs", "E", help: "epochs at most (default: 100)"),
            Option(
                "fine-tuned-epochs", "E", help: "epochs at most of runs whose network trains (default: as --epochs)"),
            Option(
                "views", "V",
                help: "augmented views of each picture for frozen networks (default: \(TransferSettings().views))"
            ),
            Option(
                "shots", "LIST",
                help: "training pictures of each character that make a prototype, or none (default: 1,5,20)"),
            Option(
                "embedder", "MODEL",
                help:
                    "what makes prototypes: a model that comes with AniWho, or a file (default: \(ModelFiles.defaultName))"
            ),
            Option("skip-bad", help: "leave out pictures that cannot be read, instead of stopping"),
            Option("seed", "S", help: "everything random follows from it (default: 1)"),
            .threads,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        if let folder = arguments["report-only"] {
            try refuseOthers(than: ["report-only"], arguments)
            try Comparison.render(in: folder) { ComparisonReport($0).files }
            if console.isJSON { return try console.print(json: ["report": "\(folder)/\(ComparisonReport.page)"]) }
            return console.print("wrote \(folder)/\(ComparisonReport.page)")
        }
        let stop = StopRequest()
        let comparison: Comparison
        if let folder = arguments["resume"] {
            try refuseOthers(than: ["resume"], arguments)
            comparison = try Comparison(resuming: folder, progress: TrainingSession.reading(console))
        } else {
            let folder = try arguments.required("out")
            comparison = try Comparison(
                try settings(arguments), in: folder, progress: TrainingSession.reading(console))
        }
        let embedder = try comparison.needsEmbedder ? embedder(comparison.settings) : nil
        for model in comparison.settings.grid.models where model.weights == nil {
            console.note("\(model.architecture) starts from random weights: give it some by --models NAME=WEIGHTS")
        }
        let display = ComparisonDisplay(console, asJSON: console.isJSON)
        defer { display.end() }
        let results = try await comparison.run(
            embedder: embedder, stop: { stop.isRaised }, render: { ComparisonReport($0).files }
        ) { display.show($0) }
        let failed = results.runs.filter { $0.status == .failed }.map(\.cell.slug)
        guard failed.isEmpty else {
            display.end()
            throw Failure(
                .internal,
                "\(Show.count(failed.count, "run")) failed: \(failed.joined(separator: ", ")); the report says why, and --resume tries again"
            )
        }
    }

    private static func refuseOthers(than allowed: [String], _ arguments: Arguments) throws {
        if let other = declaration.options.first(where: { !allowed.contains($0.name) && arguments[$0.name] != nil }) {
            throw arguments.misuse("--\(allowed[0]) takes everything from its folder: leave out --\(other.name)")
        }
    }

    private static func embedder(_ settings: ComparisonSettings) throws -> Embedder {
        try Embedder(model: try LocalModel.read(settings.prototypes.model), threads: settings.threads)
    }

    private static func embedderFile(_ arguments: Arguments) throws -> String {
        let name = arguments["embedder"] ?? ModelFiles.defaultName
        guard let file = LocalModel.file(name) else {
            throw Failure(
                .modelNotFound, "there is no model \(name): --embedder takes one that comes with AniWho, or a file")
        }
        return file
    }

    private static func settings(_ arguments: Arguments) throws -> ComparisonSettings {
        let data = RunOptions.list(try arguments.required("data")).map(RunOptions.absolute)
        let shots = try arguments["shots"].map { try self.shots($0, arguments) } ?? [1, 5, 20]
        // Without prototypes no model need be there.
        let model = try shots.isEmpty ? "" : RunOptions.absolute(embedderFile(arguments))
        var settings = ComparisonSettings(
            grid: try grid(arguments), data: data, epochs: try arguments.integer("epochs", in: 1...100_000) ?? 100,
            views: try arguments.integer("views", in: 0...1000) ?? TransferSettings().views,
            seed: UInt64(try arguments.integer("seed", in: 0...Int.max) ?? 1),
            threads: try LocalModel.threads(arguments),
            prototypes: .init(model: model, shots: shots), command: command)
        settings.sources = arguments["sources"].map(RunOptions.absolute)
        settings.fineTunedEpochs = try arguments.integer("fine-tuned-epochs", in: 1...100_000)
        settings.skipBad = arguments.flag("skip-bad")
        return settings
    }

    private static func grid(_ arguments: Arguments) throws -> ComparisonGrid {
        var grid = ComparisonGrid()
        if let text = arguments["models"] {
            grid.models = try parse(
                text, "models", "architectures, each once, as mobilenetv2=weights.safetensors", arguments
            ) { item in
                let sides = item.split(separator: "=", maxSplits: 1).map(String.init)
                let weights = sides.count > 1 ? ModelFiles.shipped(sides[1]) ?? sides[1] : nil
                return .init(architecture: sides[0], weights: weights.map(RunOptions.absolute))
            }
        }
        for model in grid.models { _ = try Catalogue.backbone(model.architecture) }
        guard Set(grid.models.map(\.architecture)).count == grid.models.count else {
            throw arguments.misuse("--models names an architecture twice; compare two starts in two comparisons")
        }
        if let text = arguments["batch"] {
            grid.batches = try parse(text, "batch", "numbers of pictures from 1 to 4096, each once", arguments) {
                Int($0).flatMap { (1...4096).contains($0) ? $0 : nil }
            }
        }
        if let text = arguments["dropout"] {
            grid.dropouts = try parse(text, "dropout", "rates from 0 to 0.99, each once", arguments) {
                Double($0).flatMap { (0...0.99).contains($0) ? $0 : nil }
            }
        }
        if let text = arguments["fine-tune"] {
            grid.fineTunes = try parse(text, "fine-tune", "none, top:N and all, each once", arguments) {
                FineTuning($0)
            }
        }
        return grid
    }

    private static func shots(_ text: String, _ arguments: Arguments) throws -> [Int] {
        if text == "none" { return [] }
        return try parse(text, "shots", "none, or numbers of pictures from 1 to 1000, each once", arguments) {
            Int($0).flatMap { (1...1000).contains($0) ? $0 : nil }
        }
    }

    private static func parse<T: Equatable>(
        _ text: String, _ option: String, _ wanted: String, _ arguments: Arguments, _ item: (String) -> T?
    ) throws -> [T] {
        let items = RunOptions.list(text).map(item)
        let values = items.compactMap(\.self)
        let isTwice = values.indices.contains { values[..<$0].contains(values[$0]) }
        guard !values.isEmpty, values.count == items.count, !isTwice else {
            throw arguments.misuse("--\(option) takes \(wanted), separated by commas, not “\(text)”")
        }
        return values
    }

    /// The command line as it was given, for the report.
    private static var command: String {
        (["aniwho"] + ProcessInfo.processInfo.arguments.dropFirst())
            .map { $0.contains(where: \.isWhitespace) ? "'\($0)'" : $0 }.joined(separator: " ")
    }
}
