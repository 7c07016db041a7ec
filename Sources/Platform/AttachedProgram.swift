public import Foundation

/// Runs a program that talks with the user: it has this process's terminal, streams and environment, and gets its Ctrl-C.
public enum AttachedProgram {
    /// - Parameter program: its path.
    /// - Returns: its exit status; nil if a signal ended it.
    /// - Throws: `POSIXError` if the system refuses to start it.
    public static func run(_ program: String, _ arguments: [String]) throws(POSIXError) -> Int32? {
        let words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var pid: pid_t = 0
        // In this process's group, so that it may read from the terminal.
        let error = unsafe posix_spawn(&pid, program, nil, nil, words, environ)
        guard error == 0 else { throw POSIXError(POSIXErrorCode(rawValue: error) ?? .EIO) }
        var status: Int32 = 0
        while unsafe waitpid(pid, &status, 0) < 0 {
            guard errno == EINTR else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : nil
    }

    /// Replaces this process by a program, which gets its streams, its environment and its signals, none of them blocked.
    /// - Parameter program: its path.
    /// - Throws: `POSIXError` if the system refuses to start it.
    public static func replace(by program: String, _ arguments: [String]) throws(POSIXError) -> Never {
        let words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, nil)
        signal(SIGPIPE, SIG_DFL)
        unsafe execv(program, words)
        throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
}
