import Foundation
import Testing

@testable import Daemon

/// Which connections there may be, and for how long.
@Suite struct ConnectionTableTests {
    /// Two ends of a connection, closed with the last reference.
    private final class Pair {
        let ours: Int32
        let theirs: Int32

        init() {
            var ends: [Int32] = [-1, -1]
            socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
            (ours, theirs) = (ends[0], ends[1])
        }

        deinit {
            close(ours)
            close(theirs)
        }

        /// What has come; nil while the connection is open and nothing has.
        var received: String? {
            var buffer = [UInt8](repeating: 0, count: 256)
            let count = recv(theirs, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
        }
    }

    private let start = ContinuousClock.now
    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test func `who has as many as it may loses the one that idles longest`() {
        let table = ConnectionTable(ConnectionLimits(total: 10, perPeer: 2))
        let pairs = (0..<5).map { _ in Pair() }
        #expect(table.admit(pairs[0].ours, .user(1), at: at(0)) && table.admit(pairs[1].ours, .user(1), at: at(1)))
        #expect(table.admit(pairs[2].ours, .user(2), at: at(1)))
        // None has idled for a second.
        #expect(!table.admit(pairs[3].ours, .user(1), at: at(0.5)))
        #expect(table.admit(pairs[3].ours, .user(1), at: at(3)))
        #expect(pairs[0].received == "" && pairs[1].received == nil && pairs[2].received == nil)
        #expect(table.figures == .init(open: [.user(1): 2, .user(2): 1], accepted: 4, refused: 1, displaced: 1))
        // It has gone already, and is not counted twice.
        table.closed(pairs[0].ours)
        #expect(table.figures.open[.user(1)] == 2)
        table.closed(pairs[1].ours)
        #expect(table.admit(pairs[4].ours, .user(1), at: at(3)) && table.figures.displaced == 1)
    }

    @Test func `of all, the peer with the most gives way`() {
        let table = ConnectionTable(ConnectionLimits(total: 4, perPeer: 4))
        let pairs = (0..<6).map { _ in Pair() }
        #expect(table.admit(pairs[0].ours, .network, at: at(0)))
        for pair in pairs[1..<4] { #expect(table.admit(pair.ours, .user(7), at: at(1))) }
        #expect(table.admit(pairs[4].ours, .user(8), at: at(1.1)))
        #expect(pairs[0].received == nil && pairs[1...3].count { $0.received == "" } == 1)
        #expect(table.figures.open == [.network: 1, .user(7): 2, .user(8): 1])
        for pair in pairs[0...4] { table.enter(.answering, pair.ours) }
        #expect(!table.admit(pairs[5].ours, .user(9), at: at(50)))
    }

    @Test func `connections without a token give way at any time, and take none from a token`() {
        let table = ConnectionTable(ConnectionLimits(total: 8, perPeer: 2))
        let pairs = (0..<8).map { _ in Pair() }
        #expect(table.admit(pairs[0].ours, .network, at: at(0)) && table.identify(pairs[0].ours, asBearerOf: "bot"))
        // A quarter of all, two, may be without a token. Requests that never end keep nobody out.
        for pair in pairs[1...3] {
            #expect(table.admit(pair.ours, .network, at: at(1)))
            table.enter(.receiving(since: at(1), bytes: 0), pair.ours)
        }
        #expect(pairs[1...3].count { $0.received == "" } == 1 && pairs[0].received == nil)
        #expect(table.admit(pairs[4].ours, .network, at: at(1)) && table.identify(pairs[4].ours, asBearerOf: "bot"))
        #expect(table.figures.open[.bearer("bot")] == 2 && pairs[4].received == nil)
        // The token has its own limit: of its idle connections, or a refusal.
        #expect(table.admit(pairs[5].ours, .network, at: at(1)))
        table.enter(.answering, pairs[0].ours)
        table.enter(.answering, pairs[4].ours)
        #expect(!table.identify(pairs[5].ours, asBearerOf: "bot", at: at(9)))
        table.enter(.idle(since: at(2), hasAsked: true), pairs[0].ours)
        #expect(table.identify(pairs[5].ours, asBearerOf: "bot", at: at(9)) && pairs[0].received == "")
        #expect(table.identify(pairs[5].ours, asBearerOf: "bot") && table.figures.open[.bearer("bot")] == 2)
        #expect(table.identify(pairs[5].ours, asBearerOf: "keeper") && table.figures.open[.bearer("bot")] == 1)
    }

    @Test func `what comes too slowly is told so, what idles is closed`() {
        let table = ConnectionTable(ConnectionLimits(timeout: .seconds(10)))
        let pairs = (0..<5).map { _ in Pair() }
        for pair in pairs { #expect(table.admit(pair.ours, .user(1), at: at(0))) }
        table.enter(.receiving(since: at(0), bytes: 0), pairs[0].ours)
        table.enter(.receiving(since: at(0), bytes: 0), pairs[1].ours)
        table.received(ConnectionLimits.slowest * 5, on: pairs[1].ours)
        table.enter(.idle(since: at(0), hasAsked: true), pairs[2].ours)
        table.enter(.answering, pairs[3].ours)
        table.expire(at: at(9), notice: Array("late".utf8))
        #expect(pairs.allSatisfy { $0.received == nil })
        table.expire(at: at(11), notice: Array("late".utf8))
        #expect(pairs.map(\.received) == ["late", nil, "", nil, "late"])
        table.expire(at: at(16), notice: Array("late".utf8))
        #expect(pairs[1].received == "late" && pairs[3].received == nil)
        #expect(table.figures.expired == 4 && table.figures.open == [.user(1): 1])
    }

    @Test func `no more connections than files may be open`() {
        let limits = ConnectionLimits(total: 1000, perPeer: 600)
        #expect(limits.fitting(openFiles: 5000) == limits)
        #expect(limits.fitting(openFiles: 228) == ConnectionLimits(total: 100, perPeer: 100))
        #expect(OpenFiles.raise() == OpenFiles.limit)
    }

    @Test func `long answers that are not read are limited, each peer's for itself`() {
        let table = ConnectionTable(ConnectionLimits())
        let pairs = (0..<5).map { _ in Pair() }
        for (pair, user) in zip(pairs, [1, 1, 1, 2, 1]) { #expect(table.admit(pair.ours, .user(user), at: at(0))) }
        let most = ConnectionLimits.unread
        #expect(table.beginSending(most / 2, on: pairs[0].ours) && table.beginSending(most / 2, on: pairs[1].ours))
        #expect(!table.beginSending(ConnectionLimits.long + 1, on: pairs[2].ours))
        #expect(table.beginSending(ConnectionLimits.long, on: pairs[2].ours))
        // One alone may be as long as it is.
        #expect(table.beginSending(3 * most, on: pairs[3].ours))
        // An answer that was read, and one whose connection is gone, count no more.
        table.enter(.idle(since: at(1), hasAsked: true), pairs[0].ours)
        #expect(table.beginSending(most / 2, on: pairs[4].ours) && !table.beginSending(most / 2, on: pairs[0].ours))
        table.closed(pairs[1].ours)
        #expect(table.beginSending(most / 2, on: pairs[0].ours))
    }
}
