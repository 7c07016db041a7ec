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
    private let sources = Mutex<[any DispatchSourceSignal]>([])

    init() {
        for number in [SIGTERM, SIGINT] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [weak self] in self?.raise() }
            source.resume()
            nonisolated(unsafe) let handed = source
            sources.withLock { unsafe $0.append(handed) }
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
