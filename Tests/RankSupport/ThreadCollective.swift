public import Foundation
public import Training

/// Ranks that are threads of this process: what a test can do without MPI.
public final class ThreadCollective: Collective {
    public let rank, ranks: Int
    private let meeting: Meeting
    /// Changes the sums that this rank gets, as a broken machine would.
    private let fault: @Sendable (inout [Float]) -> Void

    private init(_ rank: Int, _ ranks: Int, _ meeting: Meeting, _ fault: @escaping @Sendable (inout [Float]) -> Void) {
        (self.rank, self.ranks, self.meeting, self.fault) = (rank, ranks, meeting, fault)
    }

    /// What the ranks have made, or why each ended.
    /// - Parameter fault: changes the sums that the last rank gets.
    public static func run<T: Sendable>(
        _ ranks: Int, fault: @escaping @Sendable (inout [Float]) -> Void = { _ in },
        _ work: @escaping @Sendable (ThreadCollective) async throws(TrainingError) -> T
    ) async -> [Result<T, TrainingError>] {
        let meeting = Meeting(ranks)
        return await withTaskGroup(of: (Int, Result<T, TrainingError>).self) { group in
            for rank in 0..<ranks {
                group.addTask(executorPreference: RankExecutor()) {
                    let collective = ThreadCollective(rank, ranks, meeting, fault)
                    do throws(TrainingError) {
                        let value = try await work(collective)
                        _ = try collective.sum([])
                        return (rank, .success(value))
                    } catch {
                        collective.fail(error)
                        return (rank, .failure(error))
                    }
                }
            }
            var results: [Int: Result<T, TrainingError>] = [:]
            for await (rank, result) in group { results[rank] = result }
            return (0..<ranks).compactMap { results[$0] }
        }
    }

    public func sum(_ numbers: [Double]) throws(TrainingError) -> [Double] {
        var sums = [Double](repeating: 0, count: numbers.count)
        for message in try meet(.numbers(numbers)) {
            guard case .numbers(let others) = message else { preconditionFailure("the ranks make the same calls") }
            for index in sums.indices { sums[index] += others[index] }
        }
        return sums
    }

    public func sum(inPlace values: inout MutableSpan<Float>) {
        let own = values.indices.map { values[$0] }
        var sums = [Float](repeating: 0, count: own.count)
        guard let messages = try? meet(.floats(own)) else { preconditionFailure("every rank is here") }
        for message in messages {
            guard case .floats(let others) = message else { preconditionFailure("the ranks make the same calls") }
            for index in sums.indices { sums[index] += others[index] }
        }
        if rank == ranks - 1 { fault(&sums) }
        for index in sums.indices { values[index] = sums[index] }
    }

    public func gather(_ bytes: Data) throws(TrainingError) -> [Data] {
        try meet(.bytes(bytes)).map { message in
            guard case .bytes(let others) = message else { preconditionFailure("the ranks make the same calls") }
            return others
        }
    }

    public func share(_ bytes: Data) throws(TrainingError) -> Data { try gather(bytes)[0] }

    public func fail(_ error: TrainingError) { meeting.fail(rank, error) }

    private func meet(_ message: Message) throws(TrainingError) -> [Message] { try meeting.meet(rank, message) }
}

private enum Message {
    case numbers([Double])
    case floats([Float])
    case bytes(Data)
}

/// Where the ranks wait for each other.
///
/// `@unchecked Sendable`: everything is read and written under the lock of the condition.
private final class Meeting: @unchecked Sendable {
    private let ranks: Int
    private let condition = NSCondition()
    private var present: [Int: Message] = [:]
    private var last: [Message] = []
    private var count = 0
    private var failure: (rank: Int, error: TrainingError)?

    init(_ ranks: Int) { self.ranks = ranks }

    /// The messages of all ranks. The next meeting cannot end before this rank has come to it, so that they stay.
    func meet(_ rank: Int, _ message: Message) throws(TrainingError) -> [Message] {
        condition.lock()
        defer { condition.unlock() }
        present[rank] = message
        let number = count
        if present.count == ranks {
            last = (0..<ranks).compactMap { present[$0] }
            (present, count) = ([:], count + 1)
            condition.broadcast()
        }
        while count == number, failure == nil { condition.wait() }
        if count == number, let failure {
            throw TrainingError(failure.error.code, "rank \(failure.rank) on this machine: \(failure.error.message)")
        }
        return last
    }

    func fail(_ rank: Int, _ error: TrainingError) {
        condition.withLock {
            if failure == nil { failure = (rank, error) }
            condition.broadcast()
        }
    }
}

/// A thread of its own: ranks wait for each other, and Swift's own threads are too few for that.
private final class RankExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "rank")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
