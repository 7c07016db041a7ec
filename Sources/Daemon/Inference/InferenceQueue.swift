import Embedding
import Foundation
import Imaging
import Synchronization

/// Embeds pictures on a thread of its own. What waits when the network becomes free is embedded as one batch, so a lone
/// request is not kept waiting for company, and a crowd shares the work.
final class InferenceQueue: Sendable {
    private struct Job {
        let embedder: Embedder
        let images: [Image]
        let finish: CheckedContinuation<[[Float]], Never>
    }

    private let jobs = Mutex<[Job]>([])
    private let signal = DispatchSemaphore(value: 0)
    private let metrics: Metrics

    /// The most images taken together, unless one request alone has more.
    static let maximumBatch = 32

    init(metrics: Metrics) {
        self.metrics = metrics
        let thread = Thread { [weak self] in
            while let self { self.work() }
        }
        thread.name = "aniwho.inference"
        thread.start()
    }

    /// The embeddings of pictures that went through the model's transform, in order.
    func embed(_ images: [Image], with embedder: Embedder) async -> [[Float]] {
        guard !images.isEmpty else { return [] }
        return await withCheckedContinuation { continuation in
            jobs.withLock { $0.append(Job(embedder: embedder, images: images, finish: continuation)) }
            signal.signal()
        }
    }

    private func work() {
        signal.wait()
        let batch = takeBatch()
        guard let embedder = batch.first?.embedder else { return }
        let vectors = embedder.embed(batch.flatMap(\.images))
        metrics.countBatch(vectors.count)
        var start = 0
        for job in batch {
            job.finish.resume(returning: Array(vectors[start..<start + job.images.count]))
            start += job.images.count
        }
    }

    /// The oldest job, and those after it that are for the same network and fit.
    private func takeBatch() -> [Job] {
        jobs.withLock { jobs in
            guard let first = jobs.first else { return [] }
            var count = 0
            let end = jobs.firstIndex { job in
                count += job.images.count
                return job.embedder !== first.embedder || (count > Self.maximumBatch && count > job.images.count)
            }
            let batch = Array(jobs[..<(end ?? jobs.count)])
            jobs.removeFirst(batch.count)
            return batch
        }
    }
}
