import API
import Synchronization

/// Limits the bytes of request bodies that the daemon holds at a time: of each caller, and of all. A body counts from its first byte until
/// its request is answered.
final class BodyBudget: Sendable {
    /// In bytes.
    struct Limits: Sendable, Equatable {
        var total = 1 << 30
        /// Of one user, or of one token.
        var perCaller = 512 << 20
    }

    private struct State {
        var limits: Limits
        var held: [Caller: Int] = [:]
        var total = 0
    }

    /// Where the bodies are, for the error messages.
    private let place: String
    private let state: Mutex<State>

    /// - Parameter place: where the bodies are: in memory, on the disk.
    init(_ limits: Limits, place: String) {
        self.place = place
        state = Mutex(State(limits: limits))
    }

    /// Changes the limits. What is held stays.
    func change(_ limits: Limits) { state.withLock { $0.limits = limits } }

    /// The size of a body above which no request can succeed.
    var largest: Int { state.withLock { min($0.limits.total, $0.limits.perCaller) } }

    /// The bytes held now.
    var held: Int { state.withLock { $0.total } }

    func share(of caller: Caller) -> Share { Share(budget: self, caller: caller) }

    /// What one caller may hold.
    struct Share: Sendable {
        fileprivate let budget: BodyBudget
        fileprivate let caller: Caller

        /// Whether there is room, before anything has arrived. A sender that says how much it will send is not asked to send it in vain.
        /// - Throws: as ``take(_:)``.
        func check(_ bytes: Int) throws(APIError) {
            try budget.state.withLock { state throws(APIError) in try budget.check(bytes, of: caller, state) }
        }

        /// - Throws: `rate_limited` when the caller's own bodies leave no room for more, `overloaded` when all bodies together do not.
        func take(_ bytes: Int) throws(APIError) {
            try budget.state.withLock { state throws(APIError) in
                try budget.check(bytes, of: caller, state)
                state.held[caller, default: 0] += bytes
                state.total += bytes
            }
        }

        func giveBack(_ bytes: Int) {
            guard bytes > 0 else { return }
            budget.state.withLock { state in
                let left = state.held[caller, default: 0] - bytes
                state.held[caller] = left > 0 ? left : nil
                state.total -= bytes
            }
        }
    }

    private func check(_ bytes: Int, of caller: Caller, _ state: State) throws(APIError) {
        guard state.held[caller, default: 0] + bytes <= state.limits.perCaller else {
            throw APIError(
                .rateLimited,
                "the unanswered requests of \(caller.phrase) would take more than \(state.limits.perCaller >> 20) MiB \(place); wait for their answers, then try again"
            )
        }
        guard state.total + bytes <= state.limits.total else {
            throw APIError(
                .overloaded,
                "the unanswered requests of all users would take more than \(state.limits.total >> 20) MiB \(place); try again in a moment"
            )
        }
    }
}
