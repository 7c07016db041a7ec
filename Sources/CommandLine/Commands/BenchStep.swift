import Backbones
import Benchmarks
import Options

enum BenchStep: Command {
    static let declaration = Declaration(
        name: "aniwho bench step", summary: "measure how long a step of fine-tuning takes",
        discussion:
            "Forward, cross-entropy over 130 classes, backward through the whole network and a step of SGD. Prints the median.",
        operands: [Operand("ARCHITECTURE", help: "one of \(Catalogue.all.map(\.name).joined(separator: ", "))")],
        options: [
            Option("batch", "N", help: "pictures in a batch (default: 32)"),
            Option("threads", "N", help: "threads (default: one for each core)"), .json,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let backbone = try Catalogue.backbone(arguments.operand("ARCHITECTURE") ?? "")
        let result = try StepBenchmark.run(
            backbone, batch: try arguments.integer("batch", in: 1...1024) ?? 32,
            threads: try LocalModel.threads(arguments))
        if arguments.flag("json") { return try console.print(json: result) }
        console.print(
            "\(result.architecture), batch \(result.batch): \(Show.decimal(result.milliseconds, 1)) ms, \(Show.decimal(result.stepsPerSecond, 2)) steps a second"
        )
    }
}
