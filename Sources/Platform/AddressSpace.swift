import Foundation

/// The limit of the process's address space (`ulimit -v`).
public enum AddressSpace {
    /// What a program needs beyond itself for its first threads and some data, in bytes. A thread's stack takes 8 MiB. When the system refuses
    /// a thread, Dispatch tries again for ever.
    private static let least = 128 << 20

    /// Ends the program with a message if the limit leaves too little for its threads. Call it before anything runs concurrently.
    /// - Parameter name: the program's, for the message.
    public static func check(for name: String) {
        guard let left, left < least else { return }
        let text =
            "\(name): the limit of the address space leaves \(left >> 20) MiB, and \(name) needs \(least >> 20) MiB for its threads; raise it, for example with: ulimit -v unlimited\n"
        _ = StandardStreams.write(Array(text.utf8), to: STDERR_FILENO)
        exit(1)
    }

    /// The bytes that the process may still take; nil without a limit.
    private static var left: Int? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < rlim_t(Int.max),
            let pages = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ").first,
            let used = Int(pages)
        else { return nil }
        return max(0, Int(limit.rlim_cur) - used * sysconf(Int32(_SC_PAGESIZE)))
    }
}
