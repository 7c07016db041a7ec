import API
import Dispatch
import Registry
import Synchronization

/// Work of one kind, one piece at a time, that tells its progress and its end.
///
/// The work stops when it is asked to, and when the daemon stops. Its long computations run in ``background``, so that the daemon answers
/// requests meanwhile.
final class SingleWork: Sendable {
    private struct State {
        var isBusy = false
        var isStopping = false
    }

    private let name: String
    /// The error message for a second piece while one runs.
    private let busy: String
    private let log: Log
    private let state = Mutex(State())
    let background: BackgroundWork

    /// - Parameters:
    ///   - name: what a piece is, for the log.
    ///   - busy: the error message for a second piece while one runs.
    init(_ name: String, busy: String, log: Log) {
        (self.name, self.busy, self.log) = (name, busy, log)
        background = BackgroundWork("aniwho.\(name)", qos: .utility)
    }

    /// Starts a piece in the name of the current author.
    /// - Parameters:
    ///   - fields: more fields of the log line that is written if it fails.
    ///   - work: its result or its error is told last.
    /// - Throws: `busy` while another piece runs; `not_ready` when the daemon is stopping.
    func begin(
        _ fields: [String: String] = [:],
        _ work: @escaping @Sendable (Progress) async throws -> any Encodable & Sendable
    ) throws -> WorkFeed {
        try state.withLock { state throws(APIError) in
            guard !state.isStopping else { throw APIError(.notReady, "the daemon stops") }
            guard !state.isBusy else { throw APIError(.busy, busy) }
            state.isBusy = true
        }
        let feed = WorkFeed()
        Task {
            let last: WorkEvent
            do { last = .end(try await work(Progress(feed: feed, work: self))) } catch {
                let error = APIError(describing: error)
                log.write(
                    .of(status: error.code.status, otherwise: .warning), "\(name) failed",
                    fields.merging(["message": error.message]) { $1 })
                last = .error(error.code, error.message)
            }
            state.withLock { $0.isBusy = false }
            feed.end(with: last)
        }
        return feed
    }

    /// Stops the piece that runs, and refuses further ones.
    func stop() { state.withLock { $0.isStopping = true } }

    /// Reports the progress of a piece.
    struct Progress: Sendable {
        fileprivate let feed: WorkFeed
        fileprivate let work: SingleWork

        /// Begins a step.
        /// - Parameter step: one word for the follower.
        /// - Returns: a function to call often with the progress of the step. It throws `interrupted` when the work is to stop.
        func step(_ step: String) -> @Sendable (_ done: Int, _ total: Int) throws -> Void {
            let report = feed.reports(of: step)
            return { done, total in
                report(done, total)
                guard !feed.isStopped, !work.state.withLock(\.isStopping) else { throw RegistryError.stopped }
            }
        }
    }
}
