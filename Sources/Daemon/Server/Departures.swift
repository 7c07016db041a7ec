import Foundation
import Synchronization

/// Notices clients that go away while the daemon computes their answer, and cancels the task that makes it.
///
/// libmicrohttpd does not look at a connection while it is suspended. A client that only closes its sending half counts as gone, too: the
/// daemon cannot tell the two apart over TCP.
final class Departures: Sendable {
    private struct State {
        /// By the descriptor of the connection, which stays open until the task has ended.
        var tasks: [Int32: Task<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// The peer sends nothing more (Linux). The C library declares it only for programs that ask for all of its extensions.
    private static let peerHasEnded: Int32 = 0x2000

    /// Watches a connection until ``forget(_:)``.
    /// - Parameter start: starts the task that makes the answer.
    func watch(_ descriptor: Int32, _ start: () -> Task<Void, Never>) {
        // The task cannot end before it is in the table: at its end it waits for the lock.
        state.withLock { $0.tasks[descriptor] = start() }
    }

    func forget(_ descriptor: Int32) { _ = state.withLock { $0.tasks.removeValue(forKey: descriptor) } }

    /// Cancels the tasks whose clients have gone.
    func look() {
        state.withLock { state in
            guard !state.tasks.isEmpty else { return }
            var polled = state.tasks.keys.map { pollfd(fd: $0, events: Int16(Self.peerHasEnded), revents: 0) }
            guard unsafe poll(&polled, nfds_t(polled.count), 0) > 0 else { return }
            for entry in polled where Int32(entry.revents) & (Self.peerHasEnded | POLLHUP | POLLERR) != 0 {
                state.tasks.removeValue(forKey: entry.fd)?.cancel()
            }
        }
    }
}
