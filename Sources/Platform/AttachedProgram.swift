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
}
