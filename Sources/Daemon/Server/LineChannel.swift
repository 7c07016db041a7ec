import API
import Foundation
import Synchronization

/// Lines from a work in this process to the one who reads its answer.
final class LineChannel: LineSource {
    private struct State {
        var bytes = Data()
        var hasEnded = false
        var isClosed = false
        var wake: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Whether nobody reads any more.
    var isClosed: Bool { state.withLock(\.isClosed) }

    /// Adds a line of JSON.
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

    func next(maximum: Int) -> LineChunk {
        state.withLock { state in
            guard !state.bytes.isEmpty else { return state.hasEnded ? .end : .notYet }
            let piece = Data(state.bytes.prefix(maximum))
            state.bytes = Data(state.bytes.dropFirst(maximum))
            return .bytes(piece)
        }
    }

    func onMore(_ wake: @escaping @Sendable () -> Void) { state.withLock { $0.wake = wake } }

    func close() {
        state.withLock { state in
            state.isClosed = true
            state.wake = nil
        }
    }
}
