import Synchronization

/// An answer that one task waits for, until it comes or is given up. Only the first settlement counts.
final class AwaitedAnswer: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<any Sendable, any Error>)
        case settled(Result<any Sendable, any Error>)
    }

    private let state = Mutex(State.open)

    /// Waits for the settlement. To be called once.
    func value() async throws -> any Sendable {
        try await withCheckedThrowingContinuation { continuation in
            let settled = state.withLock { state -> Result<any Sendable, any Error>? in
                if case .settled(let result) = state { return result }
                state = .awaited(continuation)
                return nil
            }
            if let settled { continuation.resume(with: settled) }
        }
    }

    func settle(_ result: Result<any Sendable, any Error>) {
        let waiting = state.withLock { state -> CheckedContinuation<any Sendable, any Error>? in
            switch state {
            case .settled: return nil
            case .open:
                state = .settled(result)
                return nil
            case .awaited(let continuation):
                state = .settled(result)
                return continuation
            }
        }
        waiting?.resume(with: result)
    }
}
