import API
import Backbones
import Benchmarks
import Client
import Embedding
import Foundation
import Imaging
import Options
import Timing

enum BenchLoad: AsksDaemon, TakesPictures {
    static let declaration = Declaration(
        name: "aniwho bench load",
        summary: "measure questions from many clients at once, beside the network's own speed",
        discussion: """
            Each client asks the daemon about one picture after the other, without a pause. Before and after, while the daemon is idle,
            the command measures the model's network in this process, as aniwho bench inference A --batch 32 does. The ratio compares
            the pictures that went through the network: two for each question if the model averages in the mirror image.
            """,
        operands: [.images],
        options: [
            Option("clients", "N", help: "how many ask at once (default: 32)"),
            Option("seconds", "S", help: "how long (default: 10)"),
            Option("threads", "N", help: "threads of the network measured here (default: one for each core)"),
        ])

    private struct Report: Encodable {
        let clients: Int
        let questions: Int
        let errors: Int
        let questionsPerSecond: Double
        let medianMilliseconds: Double
        /// Of the latencies.
        let percentile99Milliseconds: Double
        let percentile99ToMedian: Double
        /// Of one core: what asking itself costs.
        let askingCores: Double
        let networkImagesPerQuestion: Int
        /// Images a second of the network without the daemon, before and after.
        let networkBefore: Double
        let networkAfter: Double
        let ratio: Double

        private enum CodingKeys: String, CodingKey {
            case clients, questions, errors, ratio
            case questionsPerSecond = "questions_per_second"
            case medianMilliseconds = "median_milliseconds"
            case percentile99Milliseconds = "percentile_99_milliseconds"
            case percentile99ToMedian = "percentile_99_to_median"
            case askingCores = "asking_cores"
            case networkImagesPerQuestion = "network_images_per_question"
            case networkBefore = "network_images_per_second_before"
            case networkAfter = "network_images_per_second_after"
        }
    }

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let clients = try arguments.integer("clients", in: 1...256) ?? 32
        let seconds = try arguments.number("seconds", in: 0.1...3600) ?? 10
        let threads = try LocalModel.threads(arguments)
        let questions = try arguments.somePictures("IMAGE").map {
            ClassifyImages.Request(top: nil, files: [try $0.rawPart()])
        }
        let client = arguments.client
        guard case .socket(let socket) = client.address else {
            throw arguments.misuse("load is measured at the daemon's socket")
        }
        guard let active = try client.call(GetStatus.self).model else {
            throw Failure(.unreachable, "the daemon has no model yet")
        }
        let file = try client.call(FetchModel.self, NamedRequest(name: active.name))
        let model = try Model(file.bytes, architecture: active.architecture)
        let generator = try LoadGenerator(socket: socket, ClassifyImages.self, questions)

        let before = try networkSpeed(of: model, threads)
        let load = try generator.run(clients: clients, seconds: seconds, warmUp: min(1, seconds))
        let after = try networkSpeed(of: model, threads)

        let latencies = load.latencies.sorted().map { $0 * 1e3 }
        let percentile99 = latencies[(latencies.count * 99 + 99) / 100 - 1]
        let speed = Double(latencies.count) / load.seconds
        let images = model.mirror ? 2 : 1
        let report = Report(
            clients: clients, questions: latencies.count, errors: load.errors, questionsPerSecond: speed,
            medianMilliseconds: latencies.median, percentile99Milliseconds: percentile99,
            percentile99ToMedian: percentile99 / latencies.median, askingCores: load.processorSeconds / load.seconds,
            networkImagesPerQuestion: images, networkBefore: before, networkAfter: after,
            ratio: speed * Double(images) / ((before + after) / 2))
        if console.isJSON { return try console.print(json: report) }
        console.print(
            """
            questions        \(Show.decimal(speed, 1)) a second from \(clients) clients (\(report.questions), \(report.errors) errors)
            latency          \(Show.decimal(report.medianMilliseconds, 2)) ms (median), \(Show.decimal(percentile99, 2)) ms (99th percentile), \
            \(Show.decimal(report.percentile99ToMedian, 2)) times as long
            asking           \(Show.decimal(report.askingCores, 2)) of a core
            network          \(Show.decimal(before, 1)) and \(Show.decimal(after, 1)) images a second alone, \(images) a question
            ratio            \(Show.decimal(report.ratio, 2))
            """)
    }

    /// Images a second of the model's network without the daemon, 32 at a time.
    private static func networkSpeed(of model: Model, _ threads: Int) throws -> Double {
        let batch = 32
        let result = try InferenceBenchmark.run(
            try Catalogue.backbone(model.architecture), inputSize: model.transform.size, batch: batch, threads: threads,
            seconds: 2)
        return Double(batch) / result.milliseconds * 1e3
    }
}
