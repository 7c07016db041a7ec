import Dispatch
import Embedding
import Imaging
import Synchronization

/// Takes pictures to the network.
///
/// A request that finds the network free embeds at once, on its own thread, and has all threads of the network to itself: a lone
/// request neither waits for company nor changes threads. A crowd is served by lanes instead, one thread each, that take batches
/// of what waits: threads that do not wait for one another lose nothing to those that decode pictures meanwhile.
final class InferenceQueue: Sendable {
    private struct Job {
        let embedder: Embedder
        let images: [Image]
        let since: ContinuousClock.Instant
        let finish: CheckedContinuation<[[Float]], Never>
    }

    private struct State {
        /// Whether a lone request has the whole network.
        var isTaken = false
        /// The lanes that work, by number.
        var busy: Set<Int> = []
        var waiting: [Job] = []
    }

    private let state = Mutex(State())
    private let metrics: Metrics
    private let lanes: [DispatchQueue]
    /// The most images taken together, unless one request alone has more.
    private let batch: Int

    /// The most images that are embedded at a time, in all lanes together, unless single requests have more.
    static let maximumBatch = 32
    /// What a lane may take however many there are: the weights' way through the cache is to serve several images.
    private static let fewest = 8

    /// - Parameter lanes: how many batches may be embedded at a time; at most the threads of every embedder.
    init(metrics: Metrics, lanes: Int) {
        self.metrics = metrics
        self.lanes = (0..<lanes).map { DispatchQueue(label: "aniwho.inference.\($0)") }
        batch = max(Self.fewest, Self.maximumBatch / lanes)
    }

    /// Images that no lane has taken yet.
    var waitingImages: Int { state.withLock { $0.waiting.reduce(0) { $0 + $1.images.count } } }

    /// The embeddings of pictures that went through the model's transform, in order.
    func embed(_ images: [Image], with embedder: Embedder) async -> [[Float]] {
        guard !images.isEmpty else { return [] }
        if takeNetwork() {
            defer { giveBack() }
            metrics.countBatch(images.count)
            metrics.count(.queue, .zero)
            return metrics.timed(.embed) { embedder.embed(images) }
        }
        return await withCheckedContinuation { finish in
            state.withLock { $0.waiting.append(Job(embedder: embedder, images: images, since: .now, finish: finish)) }
            startLanes()
        }
    }

    private func takeNetwork() -> Bool {
        state.withLock { state in
            guard !state.isTaken, state.busy.isEmpty, state.waiting.isEmpty else { return false }
            state.isTaken = true
            return true
        }
    }

    private func giveBack() {
        state.withLock { $0.isTaken = false }
        startLanes()
    }

    /// Gives what waits to the lanes that are free.
    private func startLanes() {
        for lane in lanes.indices {
            let batch = state.withLock { state -> [Job] in
                guard !state.isTaken, !state.busy.contains(lane) else { return [] }
                return takeBatch(for: lane, &state, sharing: lanes.count - state.busy.count)
            }
            if !batch.isEmpty { lanes[lane].async { self.work(batch, lane) } }
        }
    }

    /// Embeds a batch, and what waits then, until nothing does.
    private func work(_ first: [Job], _ lane: Int) {
        var batch = first
        while !batch.isEmpty {
            let images = batch.flatMap(\.images)
            metrics.countBatch(images.count)
            let now = ContinuousClock.now
            for job in batch { metrics.count(.queue, now - job.since) }
            let vectors = metrics.timed(.embed) { batch[0].embedder.embed(images, lane: lane) }
            let next = state.withLock { takeBatch(for: lane, &$0, sharing: 1) }
            var start = 0
            for job in batch {
                job.finish.resume(returning: Array(vectors[start..<start + job.images.count]))
                start += job.images.count
            }
            batch = next
        }
    }

    /// The oldest job, and those after it that are for the same network and fit; the lane is busy as long as there are some.
    /// - Parameter sharing: how many lanes divide what waits among them.
    private func takeBatch(for lane: Int, _ state: inout State, sharing: Int) -> [Job] {
        guard let first = state.waiting.first else {
            state.busy.remove(lane)
            return []
        }
        state.busy.insert(lane)
        let all = state.waiting.reduce(0) { $0 + $1.images.count }
        let limit = min(batch, (all + sharing - 1) / sharing)
        var count = 0
        let end = state.waiting.firstIndex { job in
            count += job.images.count
            return job.embedder !== first.embedder || (count > limit && count > job.images.count)
        }
        let taken = Array(state.waiting[..<(end ?? state.waiting.count)])
        state.waiting.removeFirst(taken.count)
        return taken
    }
}
