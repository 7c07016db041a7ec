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

    /// What a second piece is refused with.
    private let busy: String
    private let state = Mutex(State())
    let background: BackgroundWork

    /// - Parameter label: of the queue.
    init(_ label: String, busy: String) {
        (self.busy, background) = (busy, BackgroundWork(label, qos: .utility))
    }

    /// Begins a piece, as whoever is the author now.
    /// - Parameter work: gives the last line, of its end or its error.
    /// - Returns: what it tells.
    /// - Throws: `busy`; `not_ready` when the daemon stops.
    func begin<Event: Encodable>(_ work: @escaping @Sendable (Progress) async -> Event) throws -> LineChannel {
        try state.withLock { state throws(APIError) in
            guard !state.isStopping else { throw APIError(.notReady, "the daemon stops") }
            guard !state.isBusy else { throw APIError(.busy, busy) }
            state.isBusy = true
        }
        let channel = LineChannel()
        Task {
            let last = await work(Progress(channel: channel, work: self))
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

        /// Whether somebody waits for the end.
        var isWanted: Bool { !channel.isClosed && !work.state.withLock(\.isStopping) }

        /// For one step: made when it begins, called as it goes on.
        /// - Throws: when called, `interrupted` where the end is not wanted any more.
        func teller(
            _ event: @escaping @Sendable (_ done: Int, _ total: Int) -> some Encodable
        ) -> @Sendable (_ done: Int, _ total: Int) throws -> Void {
            let told = Mutex(ContinuousClock.now - .seconds(1))
            return { done, total in
                let now = ContinuousClock.now
                let isDue = told.withLock { told in
                    guard now - told > Self.pause || done == total else { return false }
                    told = now
                    return true
                }
                if isDue { channel.send(event(done, total)) }
                guard isWanted else { throw RegistryError(.interrupted, "given up before the end") }
            }
        }
    }
}
