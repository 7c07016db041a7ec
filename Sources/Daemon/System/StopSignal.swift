import Dispatch
import Foundation
import Synchronization

/// SIGTERM, SIGINT, or the program's own wish to end.
final class StopSignal: Sendable {
    private struct State {
        var raised = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    /// Kept alive, and never touched after `init`; Dispatch's objects are safe to share.
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

    init() {
        unsafe sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: .global())
        }
        for source in unsafe sources {
            source.setEventHandler { [weak self] in self?.raise() }
            source.resume()
        }
    }

    func raise() {
        let waiting = state.withLock { state in
            state.raised = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let raised = state.withLock { state in
                if !state.raised { state.waiting.append(continuation) }
                return state.raised
            }
            if raised { continuation.resume() }
        }
    }
}
