import Dispatch
import Embedding
import Imaging
import Synchronization

/// Schedules pictures onto the network.
///
/// If the network is idle, a request embeds at once on its own thread, with all threads of the network: one request alone never
/// waits for a batch to fill and never changes threads. Otherwise requests wait in a queue that several lanes work on. A lane is
/// one thread with its own buffers over the same weights. It takes a batch from the queue, so that lanes do not wait for each
/// other when other threads decode pictures at the same time.
final class InferenceQueue: Sendable {
    private struct Job {
        let embedder: Embedder
        let images: [Image]
        let since: ContinuousClock.Instant
        let finish: CheckedContinuation<[[Float]], Never>
    }

    private struct State {
        /// Whether one request uses the whole network.
        var isTaken = false
        /// The numbers of the lanes that work.
        var busy: Set<Int> = []
        var waiting: [Job] = []
    }

    private let state = Mutex(State())
    private let metrics: Metrics
    private let lanes: [DispatchQueue]
    /// A lane takes at most so many images at a time, unless one request has more.
    private let batch: Int

    /// All lanes together take at most so many images at a time, unless single requests have more.
    static let maximumBatch = 32
    /// A lane may take so many images whatever the number of lanes: reading the weights into the cache pays only for several.
    private static let fewest = 8

    /// - Parameter lanes: how many batches to embed at a time; at most the number of threads of every embedder.
    init(metrics: Metrics, lanes: Int) {
        self.metrics = metrics
        self.lanes = (0..<lanes).map { DispatchQueue(label: "aniwho.inference.\($0)") }
        batch = max(Self.fewest, Self.maximumBatch / lanes)
    }

    /// The number of images that no lane has taken yet.
    var waitingImages: Int { state.withLock { $0.waiting.reduce(0) { $0 + $1.images.count } } }

    /// The embeddings of images that the model's transform has prepared, in order.
    func embed(_ images: [Image], with embedder: Embedder) async -> [[Float]] {
        precondition(Effect.current != .reads, "a request that only reads embeds nothing")
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

    /// Gives waiting jobs to idle lanes.
    private func startLanes() {
        for lane in lanes.indices {
            let batch = state.withLock { state -> [Job] in
                guard !state.isTaken, !state.busy.contains(lane) else { return [] }
                return takeBatch(for: lane, &state, sharing: lanes.count - state.busy.count)
            }
            if !batch.isEmpty { lanes[lane].async { self.work(batch, lane) } }
        }
    }

    /// Embeds a batch, then further batches until no job waits.
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

    /// Takes the oldest job and the following ones for the same network that fit into the batch. Marks the lane as idle if no job
    /// waits.
    /// - Parameter sharing: how many lanes share the waiting images.
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
