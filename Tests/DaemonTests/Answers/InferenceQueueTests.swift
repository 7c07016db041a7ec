import Backbones
import Embedding
import Foundation
import Imaging
import NeuralNetwork
import Testing

@testable import Daemon

/// Requests that arrive while the network works are embedded together, in lanes.
@Suite(.serialized) struct InferenceQueueTests {
    private static func embedder(seed: UInt64, threads: Int = 1) throws -> Embedder {
        let weights = try Catalogue.backbone("mobilenetv2").graph(32).initialWeights(seed: seed)
        let metadata = ["architecture": "mobilenetv2", "input_size": "32"]
        return try Embedder(
            model: Model(Safetensors(tensors: weights, metadata: metadata).encoded()), threads: threads)
    }

    private func pictures(_ count: Int, from first: Int = 0) -> [Image] {
        (first..<first + count).map { number in
            Image(width: 32, height: 32, pixels: (0..<3072).map { UInt8(truncatingIfNeeded: $0 * (number + 3)) })
        }
    }

    /// How many batches there were, and of how many images together.
    private func batches(_ metrics: Metrics) -> (count: Int, images: Int) {
        let lines = metrics.text(gauges: []).split(separator: "\n")
        func value(_ name: String) -> Int {
            lines.first { $0.hasPrefix("\(name) ") }?.split(separator: " ").last.flatMap { Double($0) }.map { Int($0) }
                ?? -1
        }
        return (value("aniwho_batch_images_count"), value("aniwho_batch_images_sum"))
    }

    /// Blocks the test's own thread: a task that sleeps is woken by the shared ones, which may be busy for longer than the
    /// network is.
    private func waitForFirstBatch(_ metrics: Metrics) {
        while batches(metrics).count == 0 { usleep(500) }
    }

    /// Asks for all of them, in order, while the network is busy with a thousand pictures, and waits for the answers.
    private func ask(
        _ queue: InferenceQueue, _ metrics: Metrics, _ requests: [(Embedder, [Image])]
    ) async -> [[[Float]]] {
        let (first, second) = (OwnThread(), OwnThread())
        return await withTaskExecutorPreference(second) {
            let busy = Task(executorPreference: first) { [pictures = pictures(1000)] in
                await queue.embed(pictures, with: requests[0].0).count
            }
            waitForFirstBatch(metrics)
            let answers = await withTaskGroup(of: (Int, [[Float]]).self) { group in
                for (index, request) in requests.enumerated() {
                    group.addTask { (index, await queue.embed(request.1, with: request.0)) }
                }
                var answers = [[[Float]]](repeating: [], count: requests.count)
                for await (index, vectors) in group { answers[index] = vectors }
                return answers
            }
            #expect(await busy.value == 1000)
            return answers
        }
    }

    @Test func `what waits is one batch, and each gets its own answer`() async throws {
        let (metrics, embedder) = (Metrics(), try Self.embedder(seed: 1))
        let requests = (0..<8).map { (embedder, pictures(1 + $0 % 3, from: $0 * 10)) }
        let answers = await ask(InferenceQueue(metrics: metrics, lanes: 1), metrics, requests)
        for (request, answer) in zip(requests, answers) { #expect(answer == embedder.embed(request.1)) }
        let images = requests.reduce(1000) { $0 + $1.1.count }
        #expect(batches(metrics) == (2, images))
    }

    /// 40 alone, then 12 and 12 three times over.
    @Test func `a batch has at most 32 images, or one request`() async throws {
        let (metrics, embedder) = (Metrics(), try Self.embedder(seed: 1))
        let requests = [(embedder, pictures(40))] + (0..<6).map { (embedder, pictures(12, from: $0)) }
        let answers = await ask(InferenceQueue(metrics: metrics, lanes: 1), metrics, requests)
        for (request, answer) in zip(requests, answers) { #expect(answer == embedder.embed(request.1)) }
        #expect(batches(metrics) == (5, 1112))
        let text = metrics.text(gauges: [])
        #expect(text.contains("{le=\"16.0\"} 0\n") && text.contains("{le=\"32.0\"} 3\n"))
    }

    @Test func `two models are never mixed`() async throws {
        let (metrics, one, other) = (Metrics(), try Self.embedder(seed: 1), try Self.embedder(seed: 2))
        let requests = (0..<6).map { ($0 < 4 && $0 % 2 == 1 ? other : one, pictures(2, from: $0)) }
        let answers = await ask(InferenceQueue(metrics: metrics, lanes: 1), metrics, requests)
        for (request, answer) in zip(requests, answers) { #expect(answer == request.0.embed(request.1)) }
        // One, other, one, other, and the last two together.
        #expect(batches(metrics) == (6, 1012))
    }

    /// Fifteen images in two lanes of at most eight, then three times twelve, of which two do not fit a lane's sixteen.
    @Test func `two lanes share what waits`() async throws {
        let embedder = try Self.embedder(seed: 1, threads: 2)
        for (sizes, expected) in [([1, 2, 3, 1, 2, 3, 1, 2], 3), ([12, 12, 12], 4)] {
            let metrics = Metrics()
            let requests = sizes.enumerated().map { (embedder, pictures($1, from: $0 * 10)) }
            let answers = await ask(InferenceQueue(metrics: metrics, lanes: 2), metrics, requests)
            for (request, answer) in zip(requests, answers) { #expect(answer == embedder.embed(request.1)) }
            #expect(batches(metrics) == (expected, sizes.reduce(1000, +)))
        }
    }

    /// Many threads ask again and again; every answer is its own, and nobody is forgotten.
    @Test func `a crowd is answered rightly`() async throws {
        let (one, other) = (try Self.embedder(seed: 1, threads: 3), try Self.embedder(seed: 2, threads: 3))
        let queue = InferenceQueue(metrics: Metrics(), lanes: 3)
        let requests = (0..<24).map { ($0 % 5 == 4 ? other : one, pictures(1 + $0 % 3, from: $0)) }
        let expected = requests.map { $0.embed($1) }
        await withTaskGroup(of: Bool.self) { group in
            for (request, answer) in zip(requests, expected) {
                group.addTask {
                    for _ in 0..<6 where await queue.embed(request.1, with: request.0) != answer { return false }
                    return true
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }

    @Test func `a lone request is embedded at once, none not at all`() async throws {
        let (metrics, embedder) = (Metrics(), try Self.embedder(seed: 1))
        let queue = InferenceQueue(metrics: metrics, lanes: 1)
        #expect(await queue.embed([], with: embedder) == [])
        #expect(batches(metrics) == (0, 0))
        for count in [1, 3] {
            #expect(await queue.embed(pictures(count), with: embedder) == embedder.embed(pictures(count)))
        }
        #expect(batches(metrics) == (2, 4))
    }
}
