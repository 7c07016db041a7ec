import Dispatch
import Foundation

/// SIGHUP, which asks to read the configuration again.
final class HangupSignal: Sendable {
    /// One element a signal; several that come at once may be one.
    let signals: AsyncStream<Void>
    /// Kept alive, and never touched after `init`; Dispatch's objects are safe to share.
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
