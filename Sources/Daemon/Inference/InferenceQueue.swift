import Embedding
import Imaging
import Synchronization

/// Takes pictures to the network, one batch at a time.
///
/// A request that finds the network free embeds at once, on its own thread, so that a lone request neither waits for company
/// nor changes threads. What arrives meanwhile is embedded together, as one batch, so that a crowd shares the work.
final class InferenceQueue: Sendable {
    private struct Job {
        let embedder: Embedder
        let images: [Image]
        let finish: CheckedContinuation<[[Float]], Never>
    }

    private struct State {
        var isBusy = false
        var waiting: [Job] = []
    }

    private let state = Mutex(State())
    private let metrics: Metrics

    /// The most images taken together, unless one request alone has more.
    static let maximumBatch = 32

    init(metrics: Metrics) { self.metrics = metrics }

    /// The embeddings of pictures that went through the model's transform, in order.
    func embed(_ images: [Image], with embedder: Embedder) async -> [[Float]] {
        guard !images.isEmpty else { return [] }
        if takeNetwork() {
            defer { handOver() }
            return run(images, with: embedder)
        }
        return await withCheckedContinuation { finish in
            let isFree = state.withLock { state in
                state.waiting.append(Job(embedder: embedder, images: images, finish: finish))
                defer { state.isBusy = true }
                return !state.isBusy
            }
            if isFree { handOver() }
        }
    }

    private func takeNetwork() -> Bool {
        state.withLock { state in
            guard !state.isBusy else { return false }
            state.isBusy = true
            return true
        }
    }

    /// Gives the network to those who wait, or leaves it free.
    private func handOver() {
        let batch = state.withLock { state in
            let batch = Self.takeBatch(&state.waiting)
            state.isBusy = !batch.isEmpty
            return batch
        }
        if !batch.isEmpty { Task { work(batch) } }
    }

    private func work(_ batch: [Job]) {
        let vectors = run(batch.flatMap(\.images), with: batch[0].embedder)
        handOver()
        var start = 0
        for job in batch {
            job.finish.resume(returning: Array(vectors[start..<start + job.images.count]))
            start += job.images.count
        }
    }

    private func run(_ images: [Image], with embedder: Embedder) -> [[Float]] {
        metrics.countBatch(images.count)
        return embedder.embed(images)
    }

    /// The oldest job, and those after it that are for the same network and fit.
    private static func takeBatch(_ jobs: inout [Job]) -> [Job] {
        guard let first = jobs.first else { return [] }
        var count = 0
        let end = jobs.firstIndex { job in
            count += job.images.count
            return job.embedder !== first.embedder || (count > maximumBatch && count > job.images.count)
        }
        let batch = Array(jobs[..<(end ?? jobs.count)])
        jobs.removeFirst(batch.count)
        return batch
    }
}
