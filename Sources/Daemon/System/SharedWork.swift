import API
import Dispatch
import Registry
import Synchronization

/// Long computations that requests wait for, one at a time.
///
/// Equal requests under way share one computation. A computation begins when its turn comes, and loads nothing before. It is cancelled when
/// the last request that waits for it is, and when the daemon stops. A request that is cancelled waits no longer, neither for its turn nor for
/// the end of a portion, unless the computation is past ``commit()``.
final class SharedWork: Sendable {
    /// Takes the progress of a computation.
    typealias Report = @Sendable (_ done: Int, _ total: Int) -> Void

    private struct Asker {
        let report: Report
        let answer = AwaitedAnswer()
    }

    private struct Piece {
        let number: Int
        let task: Task<Void, Never>
        /// The requests that wait for it, by their numbers.
        var askers: [Int: Asker]
        /// Whether it changes what is stored by now.
        var isCommitted = false
    }

    private struct State {
        /// Those under way, by what they answer.
        var pieces: [String: Piece] = [:]
        /// The number of the latest piece or asker.
        var last = 0
        var isStopping = false

        mutating func number() -> Int {
            last += 1
            return last
        }
    }

    /// What a computation is, for the metrics and the name of the thread.
    let name: String
    /// A computation that can be committed. It is an object, because Swift 6.3's optimizer breaks a task-local value that is a closure.
    private final class Committable: Sendable {
        let commit: @Sendable () throws -> Void

        init(_ commit: @escaping @Sendable () throws -> Void) { self.commit = commit }
    }

    /// The computation that runs in this task.
    @TaskLocal private static var current: Committable?

    private let state = Mutex(State())
    private let turns = AsyncLock()
    /// The thread of the computations, so that requests keep theirs.
    let background: BackgroundWork

    init(_ name: String, qos: DispatchQoS = .userInitiated) {
        self.name = name
        background = BackgroundWork("aniwho.\(name)", qos: qos)
    }

    /// Answers a request.
    /// - Parameters:
    ///   - question: names the request and the state that it asks about. Requests with equal questions get one answer.
    ///   - report: takes the progress, from the thread of the computation.
    ///   - work: loads and computes. It runs in a task of its own.
    /// - Throws: what `work` throws; `interrupted` when this task or the computation was cancelled; `not_ready` when the daemon stops;
    ///   `internal` for a request that only reads.
    func callAsFunction<Value: Sendable>(
        _ question: String, report: @escaping Report = { _, _ in },
        _ work: @escaping @Sendable (_ report: @escaping Report) async throws -> Value
    ) async throws -> Value {
        try Effect.checkMayCompute()
        let (piece, number, answer) = try join(question, report, work)
        let value = try await withTaskCancellationHandler {
            try await answer.value()
        } onCancel: {
            leave(question, piece, number)
        }
        guard let answer = value as? Answer<Value> else { preconditionFailure("two kinds of answers to “\(question)”") }
        return answer.value
    }

    /// Of its own type, because an optional value cannot be told from no value behind `any`.
    private struct Answer<Value: Sendable>: Sendable { let value: Value }

    /// Adds a request to the computation with this question, and starts one if there is none.
    private func join<Value: Sendable>(
        _ question: String, _ report: @escaping Report,
        _ work: @escaping @Sendable (_ report: @escaping Report) async throws -> Value
    ) throws(APIError) -> (piece: Int, asker: Int, answer: AwaitedAnswer) {
        try state.withLock { state throws(APIError) in
            guard !state.isStopping else { throw APIError(.notReady, "the daemon stops") }
            let (number, asker) = (state.number(), Asker(report: report))
            if let piece = state.pieces[question] {
                state.pieces[question]?.askers[number] = asker
                return (piece.number, number, asker.answer)
            }
            let piece = state.number()
            let task = Task { [self] in
                let result: Result<any Sendable, any Error>
                do { result = .success(Answer(value: try await compute(question, piece, work))) } catch {
                    result = .failure(error)
                }
                end(question, piece, with: result)
            }
            state.pieces[question] = Piece(number: piece, task: task, askers: [number: asker])
            return (piece, number, asker.answer)
        }
    }

    /// Computes when the turn comes, in the task of a piece.
    private func compute<Value: Sendable>(
        _ question: String, _ piece: Int, _ work: @escaping @Sendable (_ report: @escaping Report) async throws -> Value
    ) async throws -> Value {
        try await turns { [self] in
            guard !Task.isCancelled else { throw RegistryError.stopped }
            do {
                let committable = Committable { [self] in try commit(question, piece) }
                return try await Self.$current.withValue(committable) {
                    try await work { [self] in tell(question, piece, $0, $1) }
                }
            } catch {
                throw Task.isCancelled ? RegistryError.stopped : error
            }
        }
    }

    /// Makes sure that the computation of this task cannot be cancelled any more, because it is about to change what is stored. Does nothing
    /// in other tasks.
    /// - Throws: `interrupted` when it was cancelled already.
    static func commit() throws { try current?.commit() }

    private func commit(_ question: String, _ number: Int) throws(RegistryError) {
        let isWanted = state.withLock { state in
            guard state.pieces[question]?.number == number else { return false }
            state.pieces[question]?.isCommitted = true
            return true
        }
        guard isWanted else { throw RegistryError.stopped }
    }

    /// A request no longer waits.
    private func leave(_ question: String, _ number: Int, _ asker: Int) {
        let (left, unwanted) = state.withLock { state -> (Asker?, Task<Void, Never>?) in
            guard let piece = state.pieces[question], piece.number == number, !piece.isCommitted else {
                return (nil, nil)
            }
            let left = state.pieces[question]?.askers.removeValue(forKey: asker)
            // Removed, so that no new request waits for a computation that is being cancelled.
            guard state.pieces[question]?.askers.isEmpty == true else { return (left, nil) }
            return (left, state.pieces.removeValue(forKey: question)?.task)
        }
        unwanted?.cancel()
        left?.answer.settle(.failure(RegistryError.stopped))
    }

    private func end(_ question: String, _ number: Int, with result: Result<any Sendable, any Error>) {
        let askers = state.withLock { state -> [Asker] in
            guard state.pieces[question]?.number == number else { return [] }
            return state.pieces.removeValue(forKey: question).map { Array($0.askers.values) } ?? []
        }
        for asker in askers { asker.answer.settle(result) }
    }

    private func tell(_ question: String, _ number: Int, _ done: Int, _ total: Int) {
        let askers = state.withLock { state in
            state.pieces[question].flatMap { $0.number == number ? Array($0.askers.values) : nil } ?? []
        }
        for asker in askers { asker.report(done, total) }
    }

    /// The numbers of computations under way and of requests that wait for them.
    var figures: (computations: Int, requests: Int) {
        state.withLock { ($0.pieces.count, $0.pieces.values.reduce(0) { $0 + $1.askers.count }) }
    }

    /// Cancels what is under way, and refuses further requests.
    func stop() {
        let tasks = state.withLock { state in
            state.isStopping = true
            return state.pieces.values.map(\.task)
        }
        for task in tasks { task.cancel() }
    }
}

extension SharedWork {
    /// Answers a request with a feed. The request is cancelled when the feed is stopped.
    /// - Parameters:
    ///   - step: one word for what is done, for the follower and the log.
    ///   - question, work: as for ``callAsFunction(_:report:_:)``.
    func feed<End: Encodable & Sendable>(
        _ step: String, of question: String, _ log: Log,
        _ work: @escaping @Sendable (_ report: @escaping Report) async throws -> End
    ) -> WorkFeed {
        let feed = WorkFeed()
        let task = Task {
            let last: WorkEvent
            do { last = .end(try await self(question, report: feed.reports(of: step), work)) } catch {
                let error = APIError(describing: error)
                if !feed.isStopped {
                    log.write(
                        .of(status: error.code.status, otherwise: .warning), "\(step) failed",
                        ["message": error.message])
                }
                last = .error(error.code, error.message)
            }
            feed.end(with: last)
        }
        feed.onStop { task.cancel() }
        return feed
    }
}
