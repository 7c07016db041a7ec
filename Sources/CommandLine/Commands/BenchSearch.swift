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
            Option("queries", "N", help: "queries (default: 1000)"), .json,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let data = try arguments.choice("data", of: SearchBenchmark.Arrangement.allCases.map(\.rawValue))
        let result = try SearchBenchmark(
            prototypes: try arguments.integer("prototypes", in: 1...10_000_000) ?? 1_000_000,
            width: try arguments.integer("width", in: 1...8192) ?? 640,
            data.flatMap(SearchBenchmark.Arrangement.init(rawValue:)) ?? .unstructured,
            queries: try arguments.integer("queries", in: 1...100_000) ?? 1000)
        if arguments.flag("json") { return try console.print(json: result) }
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
