import API
import Dispatch
import Registry
import Synchronization

/// Work of one kind, one piece at a time, that tells in lines how far it is and how it ended. It is given up when nobody reads
/// them, and when the daemon stops. Questions are answered meanwhile: what takes long is done in ``background``.
final class LineWork: Sendable {
    private struct State {
        var isBusy = false
        var isStopping = false
    }

    private let name: String
    /// What a second piece is refused with.
    private let busy: String
    private let log: Log
    private let state = Mutex(State())
    let background: BackgroundWork

    /// - Parameter name: of a piece, as the log has it.
    init(_ name: String, busy: String, log: Log) {
        (self.name, self.busy, self.log) = (name, busy, log)
        background = BackgroundWork("aniwho.\(name)", qos: .utility)
    }

    /// Begins a piece, as whoever is the author now.
    /// - Parameters:
    ///   - fields: that a line of the log on its failure has.
    ///   - work: its error becomes the last line.
    /// - Returns: what it tells: ``WorkEvent``s.
    /// - Throws: `busy`; `not_ready` when the daemon stops.
    func begin<End: Codable & Sendable & Equatable>(
        _ fields: [String: String] = [:], _ work: @escaping @Sendable (Progress) async throws -> End
    ) throws -> LineChannel {
        try state.withLock { state throws(APIError) in
            guard !state.isStopping else { throw APIError(.notReady, "the daemon stops") }
            guard !state.isBusy else { throw APIError(.busy, busy) }
            state.isBusy = true
        }
        let channel = LineChannel()
        Task {
            let last: WorkEvent<End>
            do { last = .end(try await work(Progress(channel: channel, work: self))) } catch {
                let error = APIError(describing: error)
                log.write(
                    .of(status: error.code.status, otherwise: .warning), "\(name) failed",
                    fields.merging(["message": error.message]) { $1 })
                last = .error(error.code, error.message)
            }
            state.withLock { $0.isBusy = false }
            channel.send(last, isLast: true)
        }
        return channel
    }

    /// Has the piece under way given up, and no other begun.
    func stop() { state.withLock { $0.isStopping = true } }

    /// Tells how far a piece is.
    struct Progress: Sendable {
        fileprivate let channel: LineChannel
        fileprivate let work: LineWork

        /// It is told so often at most.
        private static let pause = Duration.milliseconds(100)

        /// For one step, in a word: made when it begins, called as it goes on.
        /// - Throws: when called, `interrupted` where nobody waits for the end any more.
        func teller(_ step: String) -> @Sendable (_ done: Int, _ total: Int) throws -> Void {
            let told = Mutex(ContinuousClock.now - .seconds(1))
            return { done, total in
                let now = ContinuousClock.now
                let isDue = told.withLock { told in
                    guard now - told > Self.pause || done == total else { return false }
                    told = now
                    return true
                }
                if isDue {
                    channel.send(WorkEvent<Never>.progress(WorkProgress(step: step, done: done, total: total)))
                }
                guard !channel.isClosed, !work.state.withLock(\.isStopping) else {
                    throw RegistryError(.interrupted, "given up before the end")
                }
            }
        }
    }
}
