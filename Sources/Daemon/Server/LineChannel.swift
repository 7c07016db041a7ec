import API
import Foundation
import Synchronization

/// Lines of JSON from work in this process to the reader of its answer.
final class LineChannel: LineSource {
    private struct State {
        var bytes = Data()
        var hasEnded = false
        var isClosed = false
        var wake: (@Sendable () -> Void)?
        var leave: (@Sendable () -> Void)?
    }

    /// The shortest time between two reports of progress.
    private static let interval = Duration.milliseconds(100)

    private let state = Mutex(State())

    /// Whether the reader has gone away, or the work is to stop.
    var isClosed: Bool { state.withLock(\.isClosed) }

    /// Adds a value as a line of JSON.
    /// - Parameter isLast: whether the answer ends with it.
    func send(_ value: some Encodable, isLast: Bool = false) {
        let line = ((try? JSON.encode(value)) ?? Data()) + Data("\n".utf8)
        let wake = state.withLock { state in
            state.bytes += line
            state.hasEnded = isLast
            return state.wake
        }
        wake?()
    }

    /// Ends the answer after what was sent.
    func end() {
        let wake = state.withLock { state in
            state.hasEnded = true
            return state.wake
        }
        wake?()
    }

    func next(maximum: Int) -> LineChunk {
        state.withLock { state in
            guard !state.bytes.isEmpty else { return state.hasEnded ? .end : .notYet }
            let piece = Data(state.bytes.prefix(maximum))
            state.bytes = Data(state.bytes.dropFirst(maximum))
            return .bytes(piece)
        }
    }

    func onMore(_ wake: @escaping @Sendable () -> Void) { state.withLock { $0.wake = wake } }

    /// Sets the function to call once when the reader has gone away or has read everything. To be called once.
    func onClose(_ leave: @escaping @Sendable () -> Void) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.leave = leave }
            return state.isClosed
        }
        if isClosed { leave() }
    }

    func close() {
        let leave = state.withLock { state in
            defer { (state.isClosed, state.wake, state.leave) = (true, nil, nil) }
            return state.leave
        }
        leave?()
    }

    /// Asks the work to stop. What it still sends can be read.
    func stop() {
        let leave = state.withLock { state in
            defer { (state.isClosed, state.leave) = (true, nil) }
            return state.leave
        }
        leave?()
    }

    /// Begins a step.
    /// - Parameter step: one word for the reader.
    /// - Returns: a function to call often with the progress of the step, which sends some of its calls.
    func reports(of step: String) -> @Sendable (_ done: Int, _ total: Int) -> Void {
        let last = Mutex(ContinuousClock.now - .seconds(1))
        return { [self] done, total in
            let now = ContinuousClock.now
            let isDue = last.withLock { last in
                guard now - last > Self.interval || done == total else { return false }
                last = now
                return true
            }
            guard isDue else { return }
            send(WorkEvent<Never>.progress(WorkProgress(step: step, done: done, total: total)))
        }
    }
}
