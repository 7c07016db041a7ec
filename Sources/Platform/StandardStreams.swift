import Foundation

/// Standard input, output and error, as descriptors.
public enum StandardStreams {
    /// Keeps files and sockets from getting the number of a standard stream that is closed. A write to such a stream is an error.
    public static func reserve() {
        for (number, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
        where fcntl(number, F_GETFD) == -1 {
            // It gets the lowest free number, which is this one.
            _ = unsafe open("/dev/null", mode)
        }
    }

    /// Writes all bytes, and waits where the descriptor does not block.
    /// - Returns: nil, or the number of the error.
    public static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&wanted, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return nil
    }

    /// Ends the program as SIGPIPE does, also where that signal is ignored: silently, and with the status that shells expect.
    public static func endByClosedPipe() -> Never {
        signal(SIGPIPE, SIG_DFL)
        kill(getpid(), SIGPIPE)
        // Where the signal is blocked.
        exit(128 + SIGPIPE)
    }

    /// Closes a copy of the descriptor. Some file systems report a full disk only when a file is closed.
    /// - Returns: nil, or the number of the error.
    public static func closingError(of descriptor: Int32) -> Int32? {
        let copy = dup(descriptor)
        return copy < 0 || close(copy) == 0 || errno == EINTR ? nil : errno
    }
}
