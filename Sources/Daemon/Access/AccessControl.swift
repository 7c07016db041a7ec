import API
import Synchronization

/// Lets a request pass or refuses it, by the roles and limits of the moment.
final class AccessControl: Sendable {
    private struct State {
        var roles: Roles
        var limits: PeerLimits
        /// By user, of those who asked since the limits are what they are.
        var allowances: [Int: Allowance] = [:]
    }

    private let state: Mutex<State>

    init(_ roles: Roles, limits: PeerLimits = PeerLimits()) { state = Mutex(State(roles: roles, limits: limits)) }

    func change(_ roles: Roles, limits: PeerLimits) {
        state.withLock { $0 = State(roles: roles, limits: limits) }
    }

    /// Lets a request pass, and counts it.
    /// - Parameter request: what is asked for, for the message: `POST /v1/jobs`.
    /// - Throws: `forbidden`, saying what to ask the daemon's owner for; `rate_limited`.
    func admit(
        _ user: Int, needs role: Role, for request: String, at now: ContinuousClock.Instant = .now
    ) throws(APIError) {
        try state.withLock { state throws(APIError) in
            let has = state.roles.role(of: user)
            guard let has, has >= role else {
                let who = user < 0 ? "an unknown user" : "user \(user)"
                let isNow = has.map { ", which makes it \($0.phrase)" } ?? ""
                throw APIError(
                    .forbidden,
                    "\(who) may not \(request): that takes \(role.phrase), named in the daemon's configuration\(isNow)")
            }
            guard let rate = state.limits.rate, !state.roles.isUnlimited(user) else { return }
            guard state.allowances[user, default: Allowance(rate: rate, at: now)].take(rate: rate, at: now) else {
                throw APIError(
                    .rateLimited, "user \(user) asks more than \(rate) times a second; ask again in a second")
            }
        }
    }

    /// The largest body of a user's request, where it is less than what a route takes.
    func bodyLimit(of user: Int) -> Int? {
        state.withLock { $0.roles.isUnlimited(user) ? nil : $0.limits.bodyBytes }
    }
}
