import API
import Synchronization

/// Lets a request pass or refuses it, by the roles and limits of the moment.
final class AccessControl: Sendable {
    private struct State {
        var roles: Roles
        var limits: PeerLimits
        /// Of those who asked since the limits are what they are.
        var allowances: [Caller: Allowance] = [:]
    }

    private let state: Mutex<State>

    init(_ roles: Roles, limits: PeerLimits = PeerLimits()) { state = Mutex(State(roles: roles, limits: limits)) }

    func change(_ roles: Roles, limits: PeerLimits) {
        state.withLock { $0 = State(roles: roles, limits: limits) }
    }

    /// Lets a request pass, and counts it.
    /// - Parameters:
    ///   - request: what is asked for, for the message: `POST /v1/jobs`.
    ///   - admitsTokens: whether the bearer of a token may ask for it at all.
    /// - Throws: `forbidden`, saying what to ask the daemon's owner for; `rate_limited`.
    func admit(
        _ caller: Caller, needs role: Role, admitsTokens: Bool = true, for request: String,
        at now: ContinuousClock.Instant = .now
    ) throws(APIError) {
        try state.withLock { state throws(APIError) in
            if case .token = caller, !admitsTokens {
                throw APIError(
                    .forbidden, "\(caller.phrase) may not \(request): that is done over the daemon's socket alone")
            }
            let has = state.roles.role(of: caller)
            guard let has, has >= role else {
                let isNow = has.map { ", which makes it \($0.phrase)" } ?? ""
                throw APIError(
                    .forbidden,
                    "\(caller.phrase) may not \(request): that takes \(role.phrase), named in the daemon's configuration\(isNow)"
                )
            }
            guard let rate = state.limits.rate, !state.roles.isUnlimited(caller) else { return }
            guard state.allowances[caller, default: Allowance(rate: rate, at: now)].take(rate: rate, at: now) else {
                throw APIError(
                    .rateLimited, "\(caller.phrase) asks more than \(rate) times a second; ask again in a second")
            }
        }
    }

    /// The largest body of a caller's request, where it is less than what a route takes.
    func bodyLimit(of caller: Caller) -> Int? {
        state.withLock { $0.roles.isUnlimited(caller) ? nil : $0.limits.bodyBytes }
    }
}
