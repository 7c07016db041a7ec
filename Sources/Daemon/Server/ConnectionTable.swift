import CMicroHTTPD
import Foundation
import Synchronization

/// The open connections: how many each peer has, and how far each is with its request.
///
/// No peer can lock out others. At its connection limit, a peer that opens another connection loses the one that has been idle longest. When
/// the server is full, the peer with the most connections loses one. A connection over TCP without a token may be closed at any time to make
/// room, oldest first, so a client with a token always gets in: it shows the token with its first request. A connection on which a request arrives too slowly gets status 408 and
/// is ended. It is ended with `shutdown`, so that libmicrohttpd sees a peer that went away. The descriptor belongs to libmicrohttpd; it is
/// valid until ``closed(_:)``.
final class ConnectionTable: Sendable {
    enum Phase: Equatable {
        /// No request has begun.
        case idle(since: ContinuousClock.Instant, hasAsked: Bool)
        /// A request is arriving; `bytes` of its body have arrived.
        case receiving(since: ContinuousClock.Instant, bytes: Int)
        /// The request has arrived and is being worked on. There is no time limit.
        case answering
        /// An answer of `bytes` is being sent.
        case sending(since: ContinuousClock.Instant, bytes: Int)
    }

    /// The counts since the daemon started.
    struct Figures: Sendable, Equatable {
        /// Open now, by peer.
        var open: [Peer: Int] = [:]
        var accepted = 0
        /// Refused with status 503, because no idle connection could be closed.
        var refused = 0
        /// Closed to make room.
        var displaced = 0
        /// Ended because a request or the reading of an answer took too long, or because they were idle too long.
        var expired = 0
    }

    private struct Entry {
        var peer: Peer
        let opened: ContinuousClock.Instant
        var phase: Phase
        /// Whether it was ended, and libmicrohttpd has not noticed yet. It is not counted any more.
        var isLeaving = false
    }

    private struct State {
        var limits: ConnectionLimits
        /// By descriptor.
        var entries: [Int32: Entry] = [:]
        var figures = Figures()

        /// When to end a connection; nil while its request is being worked on.
        func deadline(of entry: Entry) -> ContinuousClock.Instant? {
            switch entry.phase {
            case .idle(let since, _): since + limits.timeout
            case .receiving(let since, let bytes), .sending(let since, let bytes):
                since + limits.timeout + .seconds(Double(bytes) / Double(ConnectionLimits.slowest))
            case .answering: nil
            }
        }
    }

    private let state: Mutex<State>

    init(_ limits: ConnectionLimits) { state = Mutex(State(limits: limits)) }

    /// Changes the numbers of connections; open connections stay. The timeout does not change.
    func change(_ limits: ConnectionLimits) {
        state.withLock { ($0.limits.total, $0.limits.perPeer) = (limits.total, limits.perPeer) }
    }

    var figures: Figures { state.withLock { $0.figures } }

    /// Admits a new connection, and ends another to make room if necessary.
    /// - Returns: false when there is no room.
    func admit(_ descriptor: Int32, _ peer: Peer, at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in
            let open = state.figures.open
            let isFull = open.values.reduce(0, +) >= state.limits.total
            if open[peer, default: 0] >= state.limits.most(of: peer) || isFull {
                let own = open[peer, default: 0]
                // When the server is full, a peer with the most connections loses one; else this peer loses one of its own. A peer with fewer
                // than the most need not wait until another's connection has been idle for the grace time.
                let most = isFull ? open.values.max() ?? 0 : own
                let grace = own < most ? .zero : ConnectionLimits.grace
                let mayLose = { (other: Peer) in other == peer && own == most || isFull && open[other] == most }
                guard let longest = Self.longestIdle(state, at: now, for: grace, of: mayLose)
                else {
                    state.figures.refused += 1
                    return false
                }
                Self.end(longest, &state)
                state.figures.displaced += 1
            }
            state.entries[descriptor] = Entry(peer: peer, opened: now, phase: .idle(since: now, hasAsked: false))
            state.figures.open[peer, default: 0] += 1
            state.figures.accepted += 1
            return true
        }
    }

    /// A request on a connection over TCP has shown a token: the connection counts as the token's from now on.
    /// - Returns: false when the token has as many connections as it may, and none that could be closed.
    func identify(_ descriptor: Int32, asBearerOf token: String, at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in
            let bearer = Peer.bearer(token)
            guard let entry = state.entries[descriptor], entry.peer != bearer, !entry.isLeaving else { return true }
            if state.figures.open[bearer, default: 0] >= state.limits.most(of: bearer) {
                let longest = Self.longestIdle(state, at: now, for: ConnectionLimits.grace, of: { $0 == bearer })
                guard let longest else {
                    state.figures.refused += 1
                    return false
                }
                Self.end(longest, &state)
                state.figures.displaced += 1
            }
            Self.discount(entry.peer, &state)
            state.entries[descriptor]?.peer = bearer
            state.figures.open[bearer, default: 0] += 1
            return true
        }
    }

    /// Ends all connections.
    func endAll() {
        state.withLock { state in
            for (descriptor, entry) in state.entries where !entry.isLeaving { Self.end(descriptor, &state) }
        }
    }

    /// Ends the connection of any peer that has been idle longest.
    /// - Returns: whether there was one.
    func makeRoom(at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in
            guard let longest = Self.longestIdle(state, at: now, for: ConnectionLimits.grace, of: { _ in true }) else {
                return false
            }
            Self.end(longest, &state)
            state.figures.displaced += 1
            return true
        }
    }

    func peer(of descriptor: Int32) -> Peer? { state.withLock { $0.entries[descriptor]?.peer } }

    func enter(_ phase: Phase, _ descriptor: Int32) {
        state.withLock { $0.entries[descriptor]?.phase = phase }
    }

    /// Begins the phase of sending an answer.
    /// - Parameter bytes: the answer's size.
    /// - Returns: false when the answer is long and its peer leaves too many bytes of long answers unread; the phase is then unchanged.
    func beginSending(_ bytes: Int, on descriptor: Int32, at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in
            guard let entry = state.entries[descriptor] else { return true }
            if bytes > ConnectionLimits.long {
                let unread = state.entries.values.reduce(0) { sum, other in
                    guard other.peer == entry.peer, case .sending(_, let bytes) = other.phase,
                        bytes > ConnectionLimits.long
                    else { return sum }
                    return sum + bytes
                }
                guard unread == 0 || unread + bytes <= ConnectionLimits.unread else { return false }
            }
            state.entries[descriptor]?.phase = .sending(since: now, bytes: bytes)
            return true
        }
    }

    /// More bytes of a request's body have arrived.
    func received(_ bytes: Int, on descriptor: Int32) {
        state.withLock { state in
            guard case .receiving(let since, let count) = state.entries[descriptor]?.phase else { return }
            state.entries[descriptor]?.phase = .receiving(since: since, bytes: count + bytes)
        }
    }

    /// The connection is closed. Its descriptor may be reused from now on.
    func closed(_ descriptor: Int32) {
        state.withLock { state in
            guard let entry = state.entries.removeValue(forKey: descriptor), !entry.isLeaving else { return }
            Self.discount(entry.peer, &state)
        }
    }

    /// Ends the connections whose time is over.
    /// - Parameter notice: the answer to a request that has begun and not arrived in time, and to a connection without any request.
    func expire(at now: ContinuousClock.Instant = .now, notice: [UInt8]) {
        state.withLock { state in
            for (descriptor, entry) in state.entries where !entry.isLeaving {
                guard let deadline = state.deadline(of: entry), now > deadline else { continue }
                switch entry.phase {
                case .receiving, .idle(_, hasAsked: false):
                    _ = unsafe send(descriptor, notice, notice.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
                case .idle, .answering, .sending: break
                }
                Self.end(descriptor, &state)
                state.figures.expired += 1
            }
        }
    }

    /// The connection that has been idle longest, or that is the oldest without a token.
    private static func longestIdle(
        _ state: State, at now: ContinuousClock.Instant, for grace: Duration, of mayLose: (Peer) -> Bool
    ) -> Int32? {
        var longest: (descriptor: Int32, since: ContinuousClock.Instant)?
        for (descriptor, entry) in state.entries where !entry.isLeaving && mayLose(entry.peer) {
            let since: ContinuousClock.Instant
            if entry.peer == .network {
                since = entry.opened
            } else if case .idle(let start, _) = entry.phase, start + grace <= now {
                since = start
            } else {
                continue
            }
            if longest.map({ since < $0.since }) ?? true { longest = (descriptor, since) }
        }
        return longest?.descriptor
    }

    private static func end(_ descriptor: Int32, _ state: inout State) {
        guard let entry = state.entries[descriptor] else { return }
        shutdown(descriptor, Int32(SHUT_RDWR))
        state.entries[descriptor]?.isLeaving = true
        discount(entry.peer, &state)
    }

    private static func discount(_ peer: Peer, _ state: inout State) {
        let left = state.figures.open[peer, default: 1] - 1
        state.figures.open[peer] = left > 0 ? left : nil
    }
}
