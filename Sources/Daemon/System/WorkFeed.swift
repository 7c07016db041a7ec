import API
import Synchronization

/// The way from long work in this process to the one who follows it: events from there, and the wish to stop from here.
final class WorkFeed: Sendable {
    private struct State {
        var isStopped = false
        var leave: (@Sendable () -> Void)?
    }

    /// The shortest time between two reports of progress.
    private static let interval = Duration.milliseconds(100)

    /// What the work tells, to its end. To be read once.
    let events: AsyncStream<WorkEvent>
    private let teller: AsyncStream<WorkEvent>.Continuation
    private let state = Mutex(State())

    init() { (events, teller) = AsyncStream.makeStream() }

    /// Whether the work is to stop.
    var isStopped: Bool { state.withLock(\.isStopped) }

    /// Tells the end of the work.
    func end(with last: WorkEvent) {
        teller.yield(last)
        teller.finish()
    }

    /// Asks the work to stop. What it still tells can be read.
    func stop() {
        let leave = state.withLock { state in
            defer { (state.isStopped, state.leave) = (true, nil) }
            return state.leave
        }
        leave?()
    }

    /// Sets the function to call once when the work is to stop. To be called once.
    func onStop(_ leave: @escaping @Sendable () -> Void) {
        let isStopped = state.withLock { state in
            if !state.isStopped { state.leave = leave }
            return state.isStopped
        }
        if isStopped { leave() }
    }

    /// Begins a step.
    /// - Parameter step: one word for the follower.
    /// - Returns: a function to call often with the progress of the step, which tells some of its calls.
    func reports(of step: String) -> @Sendable (_ done: Int, _ total: Int) -> Void {
        let last = Mutex(ContinuousClock.now - .seconds(1))
        return { [teller] done, total in
            let now = ContinuousClock.now
            let isDue = last.withLock { last in
                guard now - last > Self.interval || done == total else { return false }
                last = now
                return true
            }
            if isDue { teller.yield(.progress(WorkProgress(step: step, done: done, total: total))) }
        }
    }
}
