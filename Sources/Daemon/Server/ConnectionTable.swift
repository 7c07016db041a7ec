import CMicroHTTPD
import Foundation
import Synchronization

/// Who is at the other end of a connection.
enum Peer: Sendable, Hashable {
    /// A user of this machine, by number; -1 where the system does not tell.
    case user(Int)
    /// Somebody who came over TCP, whom the kernel does not tell.
    case network
}

/// How many connections there may be, and how long a request may take to arrive.
struct ConnectionLimits: Sendable, Equatable {
    /// In all.
    var total = 1024
    /// Of one user, or over TCP.
    var perPeer = 512
    /// For a request's head, and for its body beside what ``slowest`` allows; also how long a connection may idle.
    var patience = Duration.seconds(30)

    /// Bytes a second below which a body, or the reading of an answer, counts as dribbling.
    static let slowest = 16 << 10
    /// Bytes from which an answer is a long one, and so many of long answers that one peer may leave unread: each lies in memory
    /// until it is read. One alone may be longer.
    static let (long, unread) = (256 << 10, 64 << 20)
    /// A connection that has idled for so long may be closed to make room for another of its peer.
    static let grace = Duration.seconds(1)
}

/// The connections that are open: how many each peer has, and how far each is with its request.
///
/// Nobody can keep others out: who has as many as it may, or all there are, loses the one that idles longest. A connection on
/// which a request comes too slowly is told so, with status 408, and ended. It is ended by `shutdown`, which libmicrohttpd sees as
/// a peer that went away; the descriptor stays libmicrohttpd's, and is ours to use until ``closed(_:)``.
final class ConnectionTable: Sendable {
    enum Phase: Equatable {
        /// No request has begun.
        case idle(since: ContinuousClock.Instant, hasAsked: Bool)
        /// A request is coming, so many bytes of its body so far.
        case receiving(since: ContinuousClock.Instant, bytes: Int)
        /// It has come; no time is kept.
        case answering
        /// An answer of so many bytes is on its way.
        case sending(since: ContinuousClock.Instant, bytes: Int)
    }

    /// What has happened since the start.
    struct Figures: Sendable, Equatable {
        /// Open now, by peer.
        var open: [Peer: Int] = [:]
        var accepted = 0
        /// Turned away with 503, because none idled that could have made room.
        var refused = 0
        /// Closed to make room.
        var displaced = 0
        /// Ended because a request or the reading of an answer took too long, or for idling.
        var expired = 0
    }

    private struct Entry {
        let peer: Peer
        var phase: Phase
        /// Whether it was ended and only waits for libmicrohttpd to notice; it counts no more.
        var isLeaving = false
    }

    private struct State {
        var limits: ConnectionLimits
        /// By descriptor.
        var entries: [Int32: Entry] = [:]
        var figures = Figures()

        /// When a connection is to be ended; nil while its request is worked on.
        func deadline(of entry: Entry) -> ContinuousClock.Instant? {
            switch entry.phase {
            case .idle(let since, _): since + limits.patience
            case .receiving(let since, let bytes), .sending(let since, let bytes):
                since + limits.patience + .seconds(Double(bytes) / Double(ConnectionLimits.slowest))
            case .answering: nil
            }
        }
    }

    private let state: Mutex<State>

    init(_ limits: ConnectionLimits) { state = Mutex(State(limits: limits)) }

    /// How many there may be, from now on; those that are open stay. The patience stays what it was.
    func change(_ limits: ConnectionLimits) {
        state.withLock { ($0.limits.total, $0.limits.perPeer) = (limits.total, limits.perPeer) }
    }

    var figures: Figures { state.withLock { $0.figures } }

    /// Takes a new connection in, and ends another for it where need be.
    /// - Returns: whether there is room.
    func admit(_ descriptor: Int32, _ peer: Peer, at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in
            let open = state.figures.open
            let isFull = open.values.reduce(0, +) >= state.limits.total
            if open[peer, default: 0] >= state.limits.perPeer || isFull {
                let own = open[peer, default: 0]
                // Of those who have the most, where all are full; else of its own. Who has fewer need not wait for them to idle long.
                let most = isFull ? open.values.max() ?? 0 : own
                let grace = own < most ? .zero : ConnectionLimits.grace
                let isMeant = { (other: Peer) in other == peer && own == most || isFull && open[other] == most }
                guard let longest = Self.longestIdle(state, at: now, for: grace, of: isMeant)
                else {
                    state.figures.refused += 1
                    return false
                }
                Self.end(longest, &state)
                state.figures.displaced += 1
            }
            state.entries[descriptor] = Entry(peer: peer, phase: .idle(since: now, hasAsked: false))
            state.figures.open[peer, default: 0] += 1
            state.figures.accepted += 1
            return true
        }
    }

    /// Ends the connection that has idled longest, whosever it is.
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

    /// An answer of so many bytes is about to go out.
    /// - Returns: false where its peer leaves so much unread already that it may not.
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

    /// More of a request's body has come.
    func received(_ bytes: Int, on descriptor: Int32) {
        state.withLock { state in
            guard case .receiving(let since, let count) = state.entries[descriptor]?.phase else { return }
            state.entries[descriptor]?.phase = .receiving(since: since, bytes: count + bytes)
        }
    }

    /// The connection is gone, and its descriptor about to be another's.
    func closed(_ descriptor: Int32) {
        state.withLock { state in
            guard let entry = state.entries.removeValue(forKey: descriptor), !entry.isLeaving else { return }
            Self.discount(entry.peer, &state)
        }
    }

    /// Ends the connections whose time is over.
    /// - Parameter notice: what one is told whose request has begun and does not end, or that has never asked.
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

    private static func longestIdle(
        _ state: State, at now: ContinuousClock.Instant, for grace: Duration, of isMeant: (Peer) -> Bool
    ) -> Int32? {
        var longest: (descriptor: Int32, since: ContinuousClock.Instant)?
        for (descriptor, entry) in state.entries where !entry.isLeaving && isMeant(entry.peer) {
            guard case .idle(let since, _) = entry.phase, since + grace <= now else { continue }
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
