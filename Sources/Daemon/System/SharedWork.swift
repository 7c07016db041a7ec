import API
import Dispatch
import Registry
import Synchronization

/// Long computations that requests wait for, one at a time.
///
/// Equal requests under way share one computation. A computation begins when its turn comes, and loads nothing before. It is cancelled when
/// the last request that waits for it is, and when the daemon stops.
final class SharedWork: Sendable {
    /// Takes the progress of a computation.
    typealias Report = @Sendable (_ done: Int, _ total: Int) -> Void

    private struct Piece {
        let number: Int
        let task: Task<any Sendable, any Error>
        /// The requests that wait for it, by their numbers.
        var askers: [Int: Report] = [:]
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
        let (piece, asker, task) = try join(question, report, work)
        let value = try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            leave(question, piece, asker)
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
    ) throws(APIError) -> (piece: Int, asker: Int, task: Task<any Sendable, any Error>) {
        try state.withLock { state throws(APIError) in
            guard !state.isStopping else { throw APIError(.notReady, "the daemon stops") }
            let asker = state.number()
            if var piece = state.pieces[question] {
                piece.askers[asker] = report
                state.pieces[question] = piece
                return (piece.number, asker, piece.task)
            }
            let number = state.number()
            let task = Task<any Sendable, any Error> { [self] in
                defer { end(question, number) }
                return try await turns { [self] in
                    guard !Task.isCancelled else { throw RegistryError.stopped }
                    do {
                        return Answer(value: try await work { [self] in tell(question, number, $0, $1) })
                    } catch {
                        throw Task.isCancelled ? RegistryError.stopped : error
                    }
                }
            }
            state.pieces[question] = Piece(number: number, task: task, askers: [asker: report])
            return (number, asker, task)
        }
    }

    /// A request no longer waits.
    private func leave(_ question: String, _ number: Int, _ asker: Int) {
        let unwanted = state.withLock { state -> Task<any Sendable, any Error>? in
            guard state.pieces[question]?.number == number else { return nil }
            state.pieces[question]?.askers[asker] = nil
            // Removed, so that no new request waits for a computation that is being cancelled.
            guard state.pieces[question]?.askers.isEmpty == true else { return nil }
            return state.pieces.removeValue(forKey: question)?.task
        }
        unwanted?.cancel()
    }

    private func end(_ question: String, _ number: Int) {
        state.withLock { state in
            guard state.pieces[question]?.number == number else { return }
            state.pieces[question] = nil
        }
    }

    private func tell(_ question: String, _ number: Int, _ done: Int, _ total: Int) {
        let askers = state.withLock { state in
            state.pieces[question].flatMap { $0.number == number ? Array($0.askers.values) : nil } ?? []
        }
        for report in askers { report(done, total) }
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
    /// Answers a request in lines: ``WorkEvent``s. The request is cancelled when its reader goes away.
    /// - Parameters:
    ///   - step: one word for what is done, for the reader and the log.
    ///   - question, work: as for ``callAsFunction(_:report:_:)``.
    func lines<End: Codable & Sendable & Equatable>(
        _ step: String, of question: String, _ log: Log,
        _ work: @escaping @Sendable (_ report: @escaping Report) async throws -> End
    ) -> LineChannel {
        let channel = LineChannel()
        let task = Task {
            let last: WorkEvent<End>
            do { last = .end(try await self(question, report: channel.reports(of: step), work)) } catch {
                let error = APIError(describing: error)
                if !channel.isClosed {
                    log.write(
                        .of(status: error.code.status, otherwise: .warning), "\(step) failed",
                        ["message": error.message])
                }
                last = .error(error.code, error.message)
            }
            channel.send(last, isLast: true)
        }
        channel.onClose { task.cancel() }
        return channel
    }
}
