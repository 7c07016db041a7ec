import Dispatch
import Embedding
import Imaging
import Synchronization

/// Schedules pictures onto the network.
///
/// If the network is idle, a small request embeds at once on its own thread, with all threads of the network: one request alone never
/// waits for a batch to fill and never changes threads. Otherwise requests wait for several lanes. A lane is one thread with its own
/// buffers over the same weights, so that lanes do not wait for each other when other threads decode pictures at the same time.
///
/// Small and large requests wait in lines of their own. A lane takes a batch of small ones, or one portion of a large one, which then goes
/// to the end of its line. Where both wait, the lane takes them in turns, and some of many lanes take only small ones. So a picture waits at
/// most for a portion of somebody's thousand pictures, and large requests never stand still.
final class InferenceQueue: Sendable {
    private struct Job {
        let embedder: Embedder
        let images: [Image]
        let since: ContinuousClock.Instant
        let finish: CheckedContinuation<[[Float]], Never>
        /// How many images the lanes have taken.
        var taken = 0
        var vectors: [[Float]]
        /// How many images are not embedded yet.
        var left: Int

        init(_ embedder: Embedder, _ images: [Image], _ finish: CheckedContinuation<[[Float]], Never>) {
            (self.embedder, self.images, self.finish) = (embedder, images, finish)
            (since, vectors, left) = (.now, Array(repeating: [], count: images.count), images.count)
        }
    }

    /// Images of one job that a lane embeds together.
    private struct Portion {
        let job: Int
        let range: Range<Int>
        let embedder: Embedder
        let images: ArraySlice<Image>
        /// How long the job waited, if this is its first portion.
        let waited: Duration?
    }

    private struct State {
        /// Whether one request uses the whole network.
        var isTaken = false
        /// The numbers of the lanes that work.
        var busy: Set<Int> = []
        var jobs: [Int: Job] = [:]
        var next = 0
        /// The numbers of the jobs that have images no lane has taken, in the order of their turns.
        var (small, large): ([Int], [Int]) = ([], [])
        /// Whether the last batch was of a large job, so that a small one is next.
        var tookLarge = false
    }

    private let state = Mutex(State())
    private let metrics: Metrics
    private let lanes: [DispatchQueue]
    /// A lane takes at most so many images of small requests at a time.
    private let batch: Int
    /// A request of more images is large, and a lane takes so many of its images at a time.
    let portion: Int
    /// The first lanes, which take only small requests.
    private let reserved: Int

    /// All lanes together take at most so many images at a time, if the lanes are few.
    static let maximumBatch = 32
    /// A lane may take so many images whatever the number of lanes: reading the weights into the cache pays only for several.
    private static let fewest = 8

    /// - Parameter lanes: how many batches to embed at a time; at most the number of threads of every embedder.
    init(metrics: Metrics, lanes: Int) {
        self.metrics = metrics
        self.lanes = (0..<lanes).map { DispatchQueue(label: "aniwho.inference.\($0)") }
        batch = max(Self.fewest, Self.maximumBatch / lanes)
        reserved = lanes / 4
        // Where every lane may be busy with portions, these are short.
        portion = reserved > 0 ? Self.fewest : Self.fewest / 2
    }

    /// The number of images that no lane has taken yet.
    var waitingImages: Int {
        state.withLock { state in
            (state.small + state.large).reduce(0) { $0 + (state.jobs[$1].map { $0.images.count - $0.taken } ?? 0) }
        }
    }

    /// The embeddings of images that the model's transform has prepared, in order.
    func embed(_ images: [Image], with embedder: Embedder) async -> [[Float]] {
        precondition(Effect.current != .reads, "a request that only reads embeds nothing")
        guard !images.isEmpty else { return [] }
        let isSmall = images.count <= portion
        if isSmall, takeNetwork() {
            defer { giveBack() }
            metrics.countBatch(images.count)
            metrics.count(.queue, .zero)
            return metrics.timed(.embed) { embedder.embed(images) }
        }
        return await withCheckedContinuation { finish in
            state.withLock { state in
                state.jobs[state.next] = Job(embedder, images, finish)
                if isSmall { state.small.append(state.next) } else { state.large.append(state.next) }
                state.next += 1
            }
            startLanes()
        }
    }

    /// Takes the whole network, if it is idle and nothing waits.
    func takeNetwork() -> Bool {
        state.withLock { state in
            guard !state.isTaken, state.busy.isEmpty, state.jobs.isEmpty else { return false }
            state.isTaken = true
            return true
        }
    }

    /// Gives the network back to those that wait.
    func giveBack() {
        state.withLock { $0.isTaken = false }
        startLanes()
    }

    /// Gives waiting jobs to idle lanes.
    private func startLanes() {
        for lane in lanes.indices {
            let batch = state.withLock { state -> [Portion] in
                guard !state.isTaken, !state.busy.contains(lane) else { return [] }
                return takeBatch(for: lane, &state, sharing: lanes.count - state.busy.count)
            }
            if !batch.isEmpty { lanes[lane].async { self.work(batch, lane) } }
        }
    }

    /// Embeds a batch, then further batches until no job waits.
    private func work(_ first: [Portion], _ lane: Int) {
        var batch = first
        while !batch.isEmpty {
            let images = batch.flatMap(\.images)
            metrics.countBatch(images.count)
            for waited in batch.compactMap(\.waited) { metrics.count(.queue, waited) }
            let vectors = metrics.timed(.embed) { batch[0].embedder.embed(images, lane: lane) }
            let (finished, next) = state.withLock { state in
                (finish(batch, with: vectors, &state), takeBatch(for: lane, &state, sharing: 1))
            }
            for job in finished { job.finish.resume(returning: job.vectors) }
            batch = next
        }
    }

    /// - Returns: the jobs that are whole now.
    private func finish(_ batch: [Portion], with vectors: [[Float]], _ state: inout State) -> [Job] {
        var (finished, start): ([Job], Int) = ([], 0)
        for portion in batch {
            let end = start + portion.range.count
            state.jobs[portion.job]?.vectors.replaceSubrange(portion.range, with: vectors[start..<end])
            state.jobs[portion.job]?.left -= portion.range.count
            start = end
            if state.jobs[portion.job]?.left == 0, let job = state.jobs.removeValue(forKey: portion.job) {
                finished.append(job)
            }
        }
        return finished
    }

    /// Takes the next batch for a lane. Marks the lane as idle if nothing waits that it may take.
    /// - Parameter sharing: how many lanes share the waiting images.
    private func takeBatch(for lane: Int, _ state: inout State, sharing: Int) -> [Portion] {
        let mayTakeLarge = lane >= reserved && !state.large.isEmpty
        guard mayTakeLarge || !state.small.isEmpty else {
            state.busy.remove(lane)
            return []
        }
        state.busy.insert(lane)
        state.tookLarge = mayTakeLarge && (state.small.isEmpty || !state.tookLarge)
        guard state.tookLarge else { return takeSmall(&state, sharing: sharing) }
        let number = state.large.removeFirst()
        let portion = take(self.portion, of: number, &state)
        if let job = state.jobs[number], job.taken < job.images.count { state.large.append(number) }
        return [portion].compactMap(\.self)
    }

    /// Takes the oldest small job and the following ones for the same network that fit into the batch.
    private func takeSmall(_ state: inout State, sharing: Int) -> [Portion] {
        let waiting = state.small.compactMap { state.jobs[$0] }
        let all = waiting.reduce(0) { $0 + $1.images.count }
        let limit = min(batch, (all + sharing - 1) / sharing)
        var count = 0
        let end = waiting.firstIndex { job in
            count += job.images.count
            return job.embedder !== waiting[0].embedder || (count > limit && count > job.images.count)
        }
        let taken = state.small.prefix(end ?? waiting.count)
        state.small.removeFirst(taken.count)
        return taken.compactMap { take(portion, of: $0, &state) }
    }

    private func take(_ most: Int, of number: Int, _ state: inout State) -> Portion? {
        guard let job = state.jobs[number] else { return nil }
        let range = job.taken..<min(job.images.count, job.taken + most)
        state.jobs[number]?.taken = range.upperBound
        return Portion(
            job: number, range: range, embedder: job.embedder, images: job.images[range],
            waited: range.lowerBound == 0 ? .now - job.since : nil)
    }
}
