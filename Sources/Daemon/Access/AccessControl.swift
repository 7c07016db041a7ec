import API
import Synchronization
import Timing

/// Admits or refuses requests, by the current roles and limits.
final class AccessControl: Sendable {
    private struct State {
        var roles: Roles
        var limits: PeerLimits
        /// How many daemons the callers' requests spread over.
        var daemons = 1
        /// The share of the rate that is admitted here; nil for no limit.
        var rate: Int? { limits.rate.map { max(1, $0 / daemons) } }
        /// Of the callers since the limits last changed.
        var allowances: [Caller: Allowance] = [:]
    }

    private let state: Mutex<State>

    init(_ roles: Roles, limits: PeerLimits = PeerLimits()) { state = Mutex(State(roles: roles, limits: limits)) }

    func change(_ roles: Roles, limits: PeerLimits) {
        state.withLock { $0 = State(roles: roles, limits: limits, daemons: $0.daemons) }
    }

    /// Shares the rates with the other daemons of the database: all of them together admit what the limit says.
    func share(among daemons: Int) { state.withLock { $0.daemons = max(1, daemons) } }

    /// Admits a request, and counts it.
    /// - Parameters:
    ///   - request: method and path, for the error message: `POST /v1/jobs`.
    ///   - subject: what the request is about, as ``PathTemplate/subject`` has it.
    ///   - admitsTokens: whether the bearers of tokens and browsers may make this request at all.
    /// - Throws: `forbidden`, which names the role or the subject that is needed; `rate_limited`.
    func admit(
        _ caller: Caller, needs role: Role, about subject: String, admitsTokens: Bool = true, for request: String,
        at now: ContinuousClock.Instant = .now
    ) throws(APIError) {
        try state.withLock { state throws(APIError) in
            if !admitsTokens, caller.isRemote {
                throw APIError(
                    .forbidden, "\(caller.phrase) may not \(request): only users on the daemon's Unix socket may")
            }
            if case .token(_, _, let only) = caller {
                guard only?.contains(subject) ?? true else {
                    throw APIError(
                        .forbidden,
                        "\(caller.phrase) may not \(request): it is limited to \((only ?? []).joined(separator: ", ")), and this is about \(subject)"
                    )
                }
            }
            let has = state.roles.role(of: caller)
            guard let has, has >= role else {
                let isNow = has.map { ", which makes it \($0.phrase)" } ?? ""
                throw APIError(
                    .forbidden,
                    "\(caller.phrase) may not \(request): that takes \(role.phrase), named in the daemon's configuration\(isNow)"
                )
            }
            guard let rate = state.rate, !state.roles.isUnlimited(caller) else { return }
            let wait = state.allowances[caller, default: Allowance(rate: rate, at: now)].take(rate: rate, at: now)
            guard wait == 0 else {
                throw APIError(
                    .rateLimited,
                    "\(caller.phrase) sends more than \(rate) requests and pictures a second; try again in \(wait == 1 ? "a second" : "\(wait) seconds")",
                    retryAfter: wait)
            }
        }
    }

    /// The role that a caller has now; nil for a caller who may do nothing.
    func role(of caller: Caller) -> Role? { state.withLock { $0.roles.role(of: caller) } }

    /// Counts the pictures of an admitted request beyond the first. They may exceed the allowance, so that a request with many pictures
    /// is possible; the caller's next request then waits longer.
    func charge(_ caller: Caller, furtherPictures count: Int) {
        state.withLock { state in
            guard count > 0, state.limits.rate != nil, !state.roles.isUnlimited(caller) else { return }
            state.allowances[caller]?.charge(count)
        }
    }

    /// The largest body of a caller's request, in bytes; nil for the limit of the route.
    func bodyLimit(of caller: Caller) -> Int? {
        state.withLock { $0.roles.isUnlimited(caller) ? nil : $0.limits.bodyBytes }
    }
}

/// The limits of every user and bearer of a token, except for root and the user who runs the daemon.
struct PeerLimits: Sendable, Equatable {
    /// Requests per second, and requests at once; nil for no limit. Every picture of a request counts as one request.
    var rate: Int?
    /// Bytes of one request's body; nil for the limit of its route.
    var bodyBytes: Int?
}

/// The requests that a caller may still make (a token bucket): at first as many as the limit, and that many more per second. Less than
/// none are left after a request with many pictures.
struct Allowance {
    private var left: Double
    private var at: ContinuousClock.Instant

    init(rate: Int, at now: ContinuousClock.Instant) { (left, at) = (Double(rate), now) }

    /// Takes one request.
    /// - Returns: the seconds until there is one, rounded up; 0 when it was taken.
    mutating func take(rate: Int, at now: ContinuousClock.Instant) -> Int {
        left = min(Double(rate), left + (now - at).seconds * Double(rate))
        at = now
        guard left >= 1 else { return max(1, Int(((1 - left) / Double(rate)).rounded(.up))) }
        left -= 1
        return 0
    }

    /// Takes more than may be left.
    mutating func charge(_ count: Int) { left -= Double(count) }
}
