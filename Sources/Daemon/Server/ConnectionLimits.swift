/// Who is at the other end of a connection.
enum Peer: Sendable, Hashable {
    /// A user of this machine, by user id; -1 when the system does not know it.
    case user(Int)
    /// A client over TCP that has not shown a token yet. The system does not know its user.
    case network
    /// A client over TCP with a token, by the token's name.
    case bearer(String)
}

/// The most connections, and the longest time that a request may take to arrive.
struct ConnectionLimits: Sendable, Equatable {
    /// Of all peers.
    var total = 1024
    /// Of one user, or of one token.
    var perPeer = 512
    /// The time for a request's head, for its body in addition to what ``slowest`` allows, and for an idle connection.
    var timeout = Duration.seconds(30)

    /// The lowest average speed of sending a body or reading an answer, in bytes per second.
    static let slowest = 16 << 10
    /// Answers above this size, in bytes, are long ones.
    static let long = 256 << 10
    /// The most bytes of long answers that one peer may leave unread, because they are in memory until they are read. A single answer may be
    /// larger.
    static let unread = 64 << 20
    /// A connection that has been idle for this long may be closed to make room for another.
    static let grace = Duration.seconds(1)

    /// The most connections of a peer. All clients that have not shown a token share a quarter of the total.
    func most(of peer: Peer) -> Int { peer == .network ? max(1, min(perPeer, total / 4)) : perPeer }

    /// The same limits, reduced to what the limit on open files leaves room for.
    func fitting(openFiles: Int) -> ConnectionLimits {
        var fitting = self
        fitting.total = min(total, max(1, openFiles - OpenFiles.reserved))
        fitting.perPeer = min(perPeer, fitting.total)
        return fitting
    }
}
