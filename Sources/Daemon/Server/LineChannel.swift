import API
import Foundation
import Synchronization

/// Lines of JSON from this process to the reader of an answer.
final class LineChannel: LineSource {
    private struct State {
        var bytes = Data()
        var hasEnded = false
        var isClosed = false
        var wake: (@Sendable () -> Void)?
        var leave: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Whether the reader has gone away.
    var isClosed: Bool { state.withLock(\.isClosed) }

    /// Adds a value as a line of JSON.
    func send(_ value: some Encodable) {
        let line = ((try? JSON.encode(value)) ?? Data()) + Data("\n".utf8)
        let wake = state.withLock { state in
            state.bytes += line
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
}
