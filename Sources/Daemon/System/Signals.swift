import Dispatch
import Foundation
import Synchronization

/// The end of the daemon: SIGTERM, SIGINT or ``raise()``.
final class StopSignal: Sendable {
    private struct State {
        var raised = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    /// Not used after `init`, except to keep them alive. Dispatch's objects are safe to share.
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

/// SIGHUP, which asks the daemon to read its configuration again.
final class HangupSignal: Sendable {
    /// One element for each signal; signals in quick succession may give one element.
    let signals: AsyncStream<Void>
    /// Not used after `init`, except to keep it alive. Dispatch's objects are safe to share.
    private nonisolated(unsafe) let source: any DispatchSourceSignal

    init() {
        let (signals, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.signals = signals
        signal(SIGHUP, SIG_IGN)
        unsafe source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
        unsafe source.setEventHandler { continuation.yield() }
        unsafe source.resume()
    }

    deinit { unsafe source.cancel() }
}
