import API
import Benchmarks
import Options

enum BenchSearch: Command {
    static let declaration = Declaration(
        name: "aniwho bench search", summary: "measure how long a search among many prototypes takes",
        discussion: """
            Asks one query at a time, as a question does, and compares the answers with those of comparing with every prototype. Prints
            medians. Random prototypes: unstructured ones with queries of their own directions are the worst case; clustered ones with
            queries near a prototype are more like characters.
            """,
        options: [
            Option("prototypes", "N", help: "prototypes (default: 1000000)"),
            Option("width", "W", help: "values a prototype (default: 640)"),
            Option("data", "KIND", help: "unstructured or clustered (default: unstructured)"),
            Option("queries", "N", help: "queries (default: 1000)"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let data = try arguments.choice("data", of: SearchBenchmark.Arrangement.allCases.map(\.rawValue))
        let result = try SearchBenchmark(
            prototypes: try arguments.integer("prototypes", in: 1...10_000_000) ?? 1_000_000,
            width: try arguments.integer("width", in: 1...8192) ?? 640,
            data.flatMap(SearchBenchmark.Arrangement.init(rawValue:)) ?? .unstructured,
            queries: try arguments.integer("queries", in: 1...100_000) ?? 1000)
        if console.isJSON { return try console.print(json: result) }
        console.print(
            """
            one query among \(result.prototypes) \(result.data) prototypes of width \(result.width)
            search          \(Show.decimal(result.milliseconds, 2)) ms (median of \(result.queries))
            recall@1        \(Show.decimal(result.recallAt1, 4))
            recall@5        \(Show.decimal(result.recallAt5, 4))
            comparing all   \(Show.decimal(result.exactMilliseconds, 2)) ms, \(Show.decimal(result.exactGigabytesPerSecond, 1)) GB/s
            """)
    }
}

enum BenchStart: Command {
    static let declaration = Declaration(
        name: "aniwho bench start", summary: "measure how long the daemon takes from its start to being ready",
        discussion:
            "Fills a registry in a temporary folder, starts the aniwhod beside this program on it again and again, and prints the median.",
        options: [
            Option("characters", "N", help: "characters in the registry (default: 100000)"),
            Option("starts", "N", help: "how often (default: 5)"),
            Option("registry", "URL", help: "an empty PostgreSQL database to fill (default: a file)"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let result = try await StartBenchmark.run(
            characters: try arguments.integer("characters", in: 0...10_000_000) ?? 100_000,
            starts: try arguments.integer("starts", in: 1...100) ?? 5, registry: arguments["registry"])
        if console.isJSON { return try console.print(json: result) }
        console.print(
            "\(result.characters) characters: ready after \(Show.decimal(result.seconds, 2)) s (median of \(result.starts))"
        )
    }
}
