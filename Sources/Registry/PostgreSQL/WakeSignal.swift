import Foundation

/// Wakes a thread that waits, from another one.
final class WakeSignal: Sendable {
    /// The ends of a pipe: the one to read from, and the one to write to.
    private let (reading, writing): (Int32, Int32)

    init() {
        var ends: [Int32] = [-1, -1]
        unsafe pipe(&ends)
        (reading, writing) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        close(reading)
        close(writing)
    }

    func raise() {
        // A full pipe wakes as well as one byte.
        var byte: UInt8 = 1
        unsafe write(writing, &byte, 1)
    }

    /// Waits until it is raised, at most for a time.
    /// - Parameter other: another descriptor to wait for; −1 for none.
    func wait(for other: Int32 = -1, atMost time: Duration) {
        let milliseconds = Int32(time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000)
        var waiting = [
            pollfd(fd: reading, events: Int16(POLLIN), revents: 0),
            pollfd(fd: other, events: Int16(POLLIN), revents: 0),
        ]
        unsafe poll(&waiting, 2, milliseconds)
        var bytes = [UInt8](repeating: 0, count: 64)
        unsafe read(reading, &bytes, bytes.count)
    }
}
