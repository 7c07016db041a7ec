/// What a user or the bearer of a token may ask for at most, other than root and the one who runs the daemon.
struct PeerLimits: Sendable, Equatable {
    /// Requests a second, and as many at once; nil for any number.
    var rate: Int?
    /// Bytes of one request's body; nil for as many as its route takes.
    var bodyBytes: Int?
}

/// Requests that a user may still make at a moment: as many as the limit at first, and so many more a second.
struct Allowance {
    private var left: Double
    private var at: ContinuousClock.Instant

    init(rate: Int, at now: ContinuousClock.Instant) { (left, at) = (Double(rate), now) }

    /// Takes one.
    /// - Returns: whether there was one.
    mutating func take(rate: Int, at now: ContinuousClock.Instant) -> Bool {
        left = min(Double(rate), left + (now - at).seconds * Double(rate))
        at = now
        guard left >= 1 else { return false }
        left -= 1
        return true
    }
}
