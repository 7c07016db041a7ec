import API
import CProcess
import Foundation
import Platform
import Synchronization
import Timing

/// One run of a program in a child process of low priority, which never outlives the daemon.
final class ChildProcess: Sendable {
    /// What the run produces.
    enum Output: Equatable {
        /// A line of standard output, without the line end.
        case line(Data)
        case exited(status: Int32)
        case killed(signal: Int32)
        /// It was stopped before it started.
        case stopped
    }

    let program: String
    let arguments: [String]
    /// Its working folder.
    let directory: String
    /// The file for its standard error. Its former contents are discarded.
    let messages: String
    /// A file that it locks until it has ended. The next run in the same folder waits for the lock.
    let lock: String

    private struct State {
        var isStopping = false
        /// The process id; 0 before the start and after the end.
        var pid: pid_t = 0
    }
    private let state = Mutex(State())

    /// The lowest priority.
    static let niceness: Int32 = 19

    init(program: String, arguments: [String], directory: String, messages: String, lock: String) {
        (self.program, self.arguments, self.directory) = (program, arguments, directory)
        (self.messages, self.lock) = (messages, lock)
    }

    /// Starts the program, and yields its lines, then how it ended. To be called once.
    /// - Throws: `storage` when it cannot be started.
    func run() -> AsyncThrowingStream<Output, any Error> {
        AsyncThrowingStream { output in
            // A new thread that lives as long as the child: the kernel kills the child when the thread that started it ends.
            Thread.detachNewThread {
                do {
                    output.yield(try self.follow { output.yield(.line($0)) })
                    output.finish()
                } catch { output.finish(throwing: error) }
            }
        }
    }

    /// Sends the program SIGTERM, and SIGKILL if it has not stopped after the grace time. If it has not started yet, it never will.
    func stop(grace: Duration) {
        state.withLock { state in
            state.isStopping = true
            if state.pid > 0 { kill(-state.pid, SIGTERM) }
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + grace.seconds) { self.end() }
    }

    private func end() {
        state.withLock { if $0.pid > 0 { kill(-$0.pid, SIGKILL) } }
    }

    private func follow(_ tell: (Data) -> Void) throws(APIError) -> Output {
        guard let descriptor = try start() else { return .stopped }
        var splitter = LineSplitter()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            for line in splitter.append(Data(buffer[..<count])) { tell(line) }
        }
        close(descriptor)
        return reap()
    }

    /// - Returns: the descriptor to read its standard output from; nil when it was stopped before its start.
    private func start() throws(APIError) -> Int32? {
        guard let lock = try takeLock() else { return nil }
        defer { close(lock) }
        let messages = try Self.open(messages, O_WRONLY | O_APPEND | O_CREAT | O_TRUNC)
        defer { close(messages) }
        // Under the lock, so that a call of `stop` comes either before the start or after it.
        return try state.withLock { state throws(APIError) in
            guard !state.isStopping else { return nil }
            var output: Int32 = -1
            state.pid = max(0, spawn(&output, messages: messages, lock: lock))
            guard state.pid > 0 else { throw APIError(systemError: errno, "cannot start \(program)") }
            return output
        }
    }

    private func spawn(_ output: inout Int32, messages: Int32, lock: Int32) -> pid_t {
        var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        return unsafe program.withCString { program in
            unsafe directory.withCString { directory in
                unsafe words.withUnsafeMutableBufferPointer { words in
                    var child = unsafe aniwho_child(
                        program: program, arguments: words.baseAddress, directory: directory, messages: messages,
                        lock: lock, niceness: Self.niceness)
                    return unsafe aniwho_spawn(&child, &output)
                }
            }
        }
    }

    /// Waits until no earlier run is left in this folder: the child of a daemon that was killed takes a moment to end.
    /// - Returns: the descriptor of the locked file; nil when the run was stopped.
    private func takeLock() throws(APIError) -> Int32? {
        let descriptor = try Self.open(lock, O_RDWR | O_CREAT)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let reason = errno
            guard reason == EWOULDBLOCK || reason == EINTR else {
                close(descriptor)
                throw APIError(systemError: reason, "cannot lock \(lock)")
            }
            guard !state.withLock(\.isStopping) else {
                close(descriptor)
                return nil
            }
            usleep(20_000)
        }
        return descriptor
    }

    /// Waits for the end. Clears the process id before the kernel can give it to another process.
    private func reap() -> Output {
        let pid = state.withLock(\.pid)
        var information = unsafe siginfo_t()
        while unsafe waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        var status: Int32 = 0
        state.withLock { state in
            unsafe waitpid(pid, &status, 0)
            state.pid = 0
        }
        // The same as the macros WIFEXITED, WEXITSTATUS and WTERMSIG.
        return status & 0x7F == 0 ? .exited(status: status >> 8 & 0xFF) : .killed(signal: status & 0x7F)
    }

    private static func open(_ path: String, _ flags: Int32) throws(APIError) -> Int32 {
        let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw APIError(systemError: errno, "cannot open \(path)") }
        return descriptor
    }
}

extension APIError {
    /// A system error in storing files or starting programs: `storage_full` or `storage`.
    init(systemError number: Int32, _ what: String) {
        let reason = unsafe String(cString: strerror(number))
        self.init([ENOSPC, EDQUOT].contains(number) ? .storageFull : .storage, "\(what): \(reason)")
    }

    /// An error of Foundation about a file: `storage_full` or `storage`.
    init(fileError error: any Error, _ what: String) {
        let reason = SystemReason.text(error)
        let isFull = [ENOSPC, EDQUOT].map(SystemReason.text).contains(reason)
        self.init(isFull ? .storageFull : .storage, "\(what): \(reason)")
    }
}
