import API
import Benchmarks
import Options

enum BenchStart: Command {
    static let declaration = Declaration(
        name: "aniwho bench start", summary: "measure how long the daemon takes from its start to being ready",
        discussion:
            "Fills a registry in a temporary folder, starts the aniwhod beside this program on it again and again, and prints the median.",
        options: [
            Option("characters", "N", help: "characters in the registry (default: 100000)"),
            Option("starts", "N", help: "how often (default: 5)"), .json,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let result = try await StartBenchmark.run(
            characters: try arguments.integer("characters", in: 0...10_000_000) ?? 100_000,
            starts: try arguments.integer("starts", in: 1...100) ?? 5)
        if arguments.flag("json") { return try console.print(json: result) }
        console.print(
            "\(result.characters) characters: ready after \(Show.decimal(result.seconds, 2)) s (median of \(result.starts))"
        )
    }
}
