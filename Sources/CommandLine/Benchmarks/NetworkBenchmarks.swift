import API
import Backbones
import Benchmarks
import Options

enum BenchInference: Command {
    static let declaration = Declaration(
        name: "aniwho bench inference", summary: "measure how long a network takes for a batch",
        discussion: "Prints the median. Random weights and pictures: the time does not depend on them.",
        operands: [.architecture],
        options: [
            Option("batch", "N", help: "pictures in a batch (default: 1)"),
            .threads,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let backbone = try Catalogue.backbone(arguments.word("ARCHITECTURE"))
        let result = try InferenceBenchmark.run(
            backbone, batch: try arguments.integer("batch", in: 1...1024) ?? 1,
            threads: try LocalModel.threads(arguments))
        if console.isJSON { return try console.print(json: result) }
        console.print("\(result.architecture), batch \(result.batch): \(Show.decimal(result.milliseconds, 2)) ms")
    }
}

enum BenchStep: Command {
    static let declaration = Declaration(
        name: "aniwho bench step", summary: "measure how long a step of fine-tuning takes",
        discussion:
            "Forward, cross-entropy over 130 classes, backward through the whole network and a step of SGD. Prints the median.",
        operands: [.architecture],
        options: [
            Option("batch", "N", help: "pictures in a batch (default: 32)"),
            .threads,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let backbone = try Catalogue.backbone(arguments.word("ARCHITECTURE"))
        let result = try StepBenchmark.run(
            backbone, batch: try arguments.integer("batch", in: 1...1024) ?? 32,
            threads: try LocalModel.threads(arguments))
        if console.isJSON { return try console.print(json: result) }
        console.print(
            "\(result.architecture), batch \(result.batch): \(Show.decimal(result.milliseconds, 1)) ms, \(Show.decimal(result.stepsPerSecond, 2)) steps a second"
        )
    }
}

enum BenchEpisode: Command {
    static let declaration = Declaration(
        name: "aniwho bench episode", summary: "measure how long an episode of meta-training takes",
        discussion:
            "Forward of support and query, loss, backward and a step of SGD. Prints the median and the peak memory.",
        operands: [.architecture], options: TrainingOptions.episode + [.threads])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let backbone = try Catalogue.backbone(arguments.word("ARCHITECTURE"))
        let result = try EpisodeBenchmark.run(
            backbone, way: try arguments.integer("way", in: 2...1000) ?? 5,
            shot: try arguments.integer("shot", in: 1...100) ?? 5,
            query: try arguments.integer("query", in: 1...1000) ?? 10, threads: try LocalModel.threads(arguments))
        if console.isJSON { return try console.print(json: result) }
        console.print(
            """
            \(result.architecture), \(result.way)-way \(result.shot)-shot with \(result.query) queries: \
            \(Show.decimal(result.seconds, 2)) s, at most \(result.peakMib) MiB
            """)
    }
}

enum BenchLimits: Command {
    static let declaration = Declaration(
        name: "aniwho bench limits", summary: "measure what this machine could do at most",
        discussion: """
            The rates of a matrix product that stays in the cache and of a copy that does not: what the other benchmarks' figures
            can be held against.
            """,
        options: [.threads])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let limits = MachineLimits.measure(threads: try LocalModel.threads(arguments))
        if console.isJSON { return try console.print(json: limits) }
        console.print(
            """
            \(limits.threads) threads: \(Show.decimal(limits.gigaflops, 0)) GFLOP/s in a matrix product, \
            \(Show.decimal(limits.copyGigabytes, 1)) GB/s copied, bytes read and written
            """)
    }
}
