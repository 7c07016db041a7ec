import API
import Benchmarks
import Detection
import Options

enum BenchDetect: Command {
    static let declaration = Declaration(
        name: "aniwho bench detect", summary: "measure how long it takes to find the faces in a picture",
        discussion: """
            Prints the medians of the whole detection and of its network alone, for a picture of noise whose long side is --size and
            whose sides are as 4 to 3. What is in the picture changes little.
            """,
        options: [
            Option("model", "FILE", help: "a detector (default: \(LocalDetector.defaultName))"),
            Option("size", "S", help: "the picture's long side in pixels (default: 640)"),
            .threads,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let size = try arguments.integer("size", in: 32...8192) ?? 640
        let result = try DetectionBenchmark.run(
            try LocalDetector.model(arguments["model"] ?? LocalDetector.defaultName), width: size, height: size * 3 / 4,
            threads: try LocalModel.threads(arguments))
        if console.isJSON { return try console.print(json: result) }
        console.print(
            """
            \(result.width)×\(result.height): \(Show.decimal(result.milliseconds, 2)) ms, of which the network at \
            \(result.inputWidth)×\(result.inputHeight) takes \(Show.decimal(result.networkMilliseconds, 2)) ms
            """)
    }
}
