import API
import Backbones
import Benchmarks
import Options

enum BenchEpisode: Command {
    static let declaration = Declaration(
        name: "aniwho bench episode", summary: "measure how long an episode of meta-training takes",
        discussion:
            "Forward of support and query, loss, backward and a step of SGD. Prints the median and the peak memory.",
        operands: [Operand("ARCHITECTURE", help: "one of \(Catalogue.all.map(\.name).joined(separator: ", "))")],
        options: [
            Option("way", "N", help: "characters in an episode (default: 5)"),
            Option("shot", "K", help: "support pictures of each (default: 5)"),
            Option("query", "Q", help: "query pictures of each (default: 10)"),
            Option("threads", "N", help: "threads (default: one for each core)"), .json,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let backbone = try Catalogue.backbone(arguments.operand("ARCHITECTURE") ?? "")
        let result = try EpisodeBenchmark.run(
            backbone, way: try arguments.integer("way", in: 2...1000) ?? 5,
            shot: try arguments.integer("shot", in: 1...100) ?? 5,
            query: try arguments.integer("query", in: 1...1000) ?? 10, threads: try LocalModel.threads(arguments))
        if arguments.flag("json") { return try console.print(json: result) }
        console.print(
            """
            \(result.architecture), \(result.way)-way \(result.shot)-shot with \(result.query) queries: \
            \(Show.decimal(result.seconds, 2)) s, at most \(result.peakMib) MiB
            """)
    }
}
