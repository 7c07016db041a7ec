import API
import Backbones
import Benchmarks
import Options

enum BenchInference: Command {
    static let declaration = Declaration(
        name: "aniwho bench inference", summary: "measure how long a network takes for a batch",
        discussion: "Prints the median. Random weights and pictures: the time does not depend on them.",
        operands: [Operand("ARCHITECTURE", help: "one of \(Catalogue.all.map(\.name).joined(separator: ", "))")],
        options: [
            Option("batch", "N", help: "pictures in a batch (default: 1)"),
            Option("threads", "N", help: "threads (default: one for each core)"), .json,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let backbone = try Catalogue.backbone(arguments.operand("ARCHITECTURE") ?? "")
        let result = try InferenceBenchmark.run(
            backbone, batch: try arguments.integer("batch", in: 1...1024) ?? 1,
            threads: try LocalModel.threads(arguments))
        if arguments.flag("json") { return try console.print(json: result) }
        console.print("\(result.architecture), batch \(result.batch): \(Show.decimal(result.milliseconds, 2)) ms")
    }
}
