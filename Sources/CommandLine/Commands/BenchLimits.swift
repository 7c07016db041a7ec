import Benchmarks
import Options

enum BenchLimits: Command {
    static let declaration = Declaration(
        name: "aniwho bench limits", summary: "measure what this machine could do at most",
        discussion: """
            The rates of a matrix product that stays in the cache and of a copy that does not: what the other benchmarks' figures
            can be held against.
            """,
        options: [Option("threads", "N", help: "threads (default: one for each core)"), .json])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let limits = MachineLimits.measure(threads: try LocalModel.threads(arguments))
        if arguments.flag("json") { return try console.print(json: limits) }
        console.print(
            """
            \(limits.threads) threads: \(Show.decimal(limits.gigaflops, 0)) GFLOP/s in a matrix product, \
            \(Show.decimal(limits.copyGigabytes, 1)) GB/s copied, bytes read and written
            """)
    }
}
