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

    /// Asks for all of them, in order, while the network is taken, and waits for the answers.
    /// - Returns: the answers, and the requests' places in the order in which they were answered.
    private func ask(
        _ queue: InferenceQueue, _ requests: [(Embedder, [Image])]
    ) async -> (answers: [[[Float]]], order: [Int]) {
        // The clients have one thread of their own: it starts them, and goes on with them, one after the other.
        let clients = OwnThread()
        let noted = Noted<(index: Int, vectors: [[Float]])>()
        #expect(queue.takeNetwork())
        await withTaskGroup(of: Void.self) { group in
            for (index, request) in requests.enumerated() {
                group.addTask(executorPreference: clients) {
                    noted.add((index, await queue.embed(request.1, with: request.0)))
                }
            }
            let all = requests.reduce(0) { $0 + $1.1.count }
            while queue.waitingImages < all { try? await Task.sleep(for: .microseconds(500)) }
            queue.giveBack()
        }
        return (noted.all.sorted { $0.index < $1.index }.map(\.vectors), noted.all.map(\.index))
    }

    @Test func `what waits is one batch, and each gets its own answer`() async throws {
        let (metrics, embedder) = (Metrics(), try Self.embedder(seed: 1))
        let requests = (0..<8).map { (embedder, pictures(1 + $0 % 3, from: $0 * 10)) }
        let answers = await ask(InferenceQueue(metrics: metrics, lanes: 1), requests).answers
        for (request, answer) in zip(requests, answers) { #expect(answer == embedder.embed(request.1)) }
        #expect(batches(metrics) == (1, requests.reduce(0) { $0 + $1.1.count }))
    }

    /// Eight times four, and four more.
    @Test func `a batch has at most 32 images`() async throws {
        let (metrics, embedder) = (Metrics(), try Self.embedder(seed: 1))
        let requests = (0..<9).map { (embedder, pictures(4, from: $0)) }
        let answers = await ask(InferenceQueue(metrics: metrics, lanes: 1), requests).answers
        for (request, answer) in zip(requests, answers) { #expect(answer == embedder.embed(request.1)) }
        #expect(batches(metrics) == (2, 36))
        #expect(metrics.text(gauges: []).contains("{le=\"16.0\"} 1\n"))
    }

    @Test func `two models are never mixed`() async throws {
        let (metrics, one, other) = (Metrics(), try Self.embedder(seed: 1), try Self.embedder(seed: 2))
        let requests = (0..<6).map { ($0 < 4 && $0 % 2 == 1 ? other : one, pictures(2, from: $0)) }
        let answers = await ask(InferenceQueue(metrics: metrics, lanes: 1), requests).answers
        for (request, answer) in zip(requests, answers) { #expect(answer == request.0.embed(request.1)) }
        // One, other, one, other, and the last two together.
        #expect(batches(metrics) == (5, 12))
    }

    /// Fifteen images in two lanes of at most eight, and three times four, of which one goes with no other.
    @Test func `two lanes share what waits`() async throws {
        let embedder = try Self.embedder(seed: 1, threads: 2)
        for (sizes, expected) in [([1, 2, 3, 1, 2, 3, 1, 2], 2), ([4, 4, 4], 2)] {
            let metrics = Metrics()
            let requests = sizes.enumerated().map { (embedder, pictures($1, from: $0 * 10)) }
            let answers = await ask(InferenceQueue(metrics: metrics, lanes: 2), requests).answers
            for (request, answer) in zip(requests, answers) { #expect(answer == embedder.embed(request.1)) }
            let (count, images) = batches(metrics)
            #expect(count == expected && images == sizes.reduce(0, +))
        }
    }

    /// A thousand pictures hold a picture up for one portion.
    @Test func `large requests take turns with the others, in portions`() async throws {
        let (metrics, embedder) = (Metrics(), try Self.embedder(seed: 1))
        let queue = InferenceQueue(metrics: metrics, lanes: 1)
        let (portion, other) = (queue.portion, try Self.embedder(seed: 2))
        let requests = [
            (embedder, pictures(10 * portion)), (embedder, pictures(3 * portion + 1, from: 7)),
            (embedder, pictures(1, from: 3)), (other, pictures(1, from: 4)),
        ]
        let (answers, order) = await ask(queue, requests)
        for (request, answer) in zip(requests, answers) { #expect(answer == request.0.embed(request.1)) }
        #expect(order == [2, 3, 1, 0])
        #expect(batches(metrics) == (16, 13 * portion + 3))
    }

    /// Small requests that come again and again do not keep a large one out.
    @Test func `a large request does not wait for all small ones`() async throws {
        let embedders = [try Self.embedder(seed: 1), try Self.embedder(seed: 2)]
        let queue = InferenceQueue(metrics: Metrics(), lanes: 1)
        // No two neighbors can share a batch.
        let requests = (0..<6).map { (embedders[$0 % 2], pictures(1, from: $0)) }
        let (_, order) = await ask(queue, requests + [(embedders[0], pictures(2 * queue.portion))])
        #expect(order == [0, 6, 1, 2, 3, 4, 5])
    }

    /// The first of four lanes is free for small requests while the others work on large ones.
    @Test func `of many lanes some take only small requests`() async throws {
        let embedder = try Self.embedder(seed: 1, threads: 4)
        let queue = InferenceQueue(metrics: Metrics(), lanes: 4)
        let requests = (0..<6).map { (embedder, pictures(6 * queue.portion, from: $0)) }
        let (_, order) = await ask(queue, requests + [(embedder, pictures(1))])
        #expect(order.first == 6)
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
