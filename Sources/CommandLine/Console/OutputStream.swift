import API
import Foundation
import Synchronization

/// A descriptor that text is written to.
///
/// It keeps the first error, so that a command whose output was lost ends with that error, whatever else it did. A closed pipe ends the
/// program as SIGPIPE does: silently, and with the status that shells expect.
final class OutputStream: Sendable {
    static let standard = OutputStream(STDOUT_FILENO)
    static let error = OutputStream(STDERR_FILENO)

    private let descriptor: Int32
    /// The number of the first error.
    private let lost = Mutex<Int32?>(nil)

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// Makes the program notice closed pipes itself, and keeps files and sockets from getting the number of a standard stream that is
    /// closed. A write to such a stream is an error.
    static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        for (number, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
        where fcntl(number, F_GETFD) == -1 {
            // It gets the lowest free number, which is this one.
            _ = open("/dev/null", mode)
        }
    }

    /// Writes all of the text. After an error it writes nothing more, so that the output has no gaps.
    func write(_ text: String) {
        lost.withLock { lost in
            if lost == nil { lost = Self.put(Array(text.utf8), descriptor) }
        }
        if lost.withLock({ $0 }) == EPIPE { Self.endByClosedPipe() }
    }

    /// Writes all of the text, for output that exists only once.
    /// - Throws: ``Failure`` when it was not written, also because of a closed pipe.
    func writeOrThrow(_ text: String) throws(Failure) {
        try check()
        guard let error = Self.put(Array(text.utf8), descriptor) else { return }
        throw Self.failure(error)
    }

    /// - Throws: ``Failure`` when something could not be written.
    func check() throws(Failure) {
        if let error = lost.withLock({ $0 }) { throw Self.failure(error) }
    }

    /// Checks at the end of the program. Some file systems report a full disk only when a file is closed.
    func finish() throws(Failure) {
        try check()
        let copy = dup(descriptor)
        guard copy >= 0, close(copy) != 0, errno != EINTR else { return }
        throw Self.failure(errno)
    }

    /// Writes all bytes.
    /// - Returns: nil, or the number of the error.
    static func put(_ bytes: [UInt8], _ descriptor: Int32) -> Int32? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&wanted, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return nil
    }

    private static func failure(_ error: Int32) -> Failure {
        Failure(.storage, "cannot write the output: \(SystemReason.text(error))")
    }

    private static func endByClosedPipe() -> Never {
        signal(SIGPIPE, SIG_DFL)
        kill(getpid(), SIGPIPE)
        // Where the signal is blocked.
        exit(128 + SIGPIPE)
    }
}
