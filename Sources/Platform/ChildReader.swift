import CProcess
public import Foundation

/// One run of a program whose output this process reads, from its start to its end.
///
/// The program has its own process group, so that Ctrl-C does not reach it, and ends when nobody reads its output any more.
public final class ChildReader {
    /// How a run ended.
    public enum Ending: Equatable, Sendable {
        case exited(Int32)
        case killed(Int32)
        /// It was killed here, at the deadline.
        case late
    }

    /// When it is killed if it has not written what is read.
    public var deadline: ContinuousClock.Instant

    private let pid: pid_t
    private let output: Int32
    /// -1 if there are none to come; the system then looks at the output only.
    private var messages: Int32
    /// The last of what it wrote to standard error.
    private var complaint: [UInt8] = []
    private var ending: Ending?

    /// So much of the messages is kept.
    private static let longestComplaint = 4096

    /// Starts a program that reads bytes from standard input. Its environment is empty, and its messages are lost.
    /// - Parameter program: its path.
    /// - Throws: `POSIXError` if the system refuses.
    public static func filter(
        _ program: String, _ arguments: [String], input bytes: [UInt8], deadline: ContinuousClock.Instant
    ) throws(POSIXError) -> ChildReader {
        try unsafe start(program, arguments, deadline) { words, output, _ in
            unsafe aniwho_start_filter(program, words, bytes, UInt(bytes.count), output)
        }
    }

    /// Starts a program that reads nothing. Its environment is empty, and ``lastMessage`` is the last line of its messages.
    /// - Parameter program: its path.
    /// - Throws: `POSIXError` if the system refuses.
    public static func source(
        _ program: String, _ arguments: [String], deadline: ContinuousClock.Instant
    ) throws(POSIXError) -> ChildReader {
        try unsafe start(program, arguments, deadline) { words, output, messages in
            unsafe aniwho_start_source(program, words, output, messages)
        }
    }

    private static func start(
        _ program: String, _ arguments: [String], _ deadline: ContinuousClock.Instant,
        _ spawn: (
            _ words: UnsafePointer<UnsafeMutablePointer<CChar>?>, _ output: UnsafeMutablePointer<Int32>,
            _ messages: UnsafeMutablePointer<Int32>
        ) -> pid_t
    ) throws(POSIXError) -> ChildReader {
        let words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var (output, messages): (Int32, Int32) = (-1, -1)
        let pid = unsafe spawn(words, &output, &messages)
        guard pid > 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return ChildReader(pid: pid, output: output, messages: messages, deadline: deadline)
    }

    private init(pid: pid_t, output: Int32, messages: Int32, deadline: ContinuousClock.Instant) {
        (self.pid, self.output, self.messages, self.deadline) = (pid, output, messages, deadline)
    }

    deinit { end() }

    /// The next bytes of the output; nil if there are fewer, or they do not come in time.
    public func read(_ count: Int) -> [UInt8]? {
        let bytes = read(upTo: count)
        return bytes.count == count ? bytes : nil
    }

    /// The output to its end, or the next `most` bytes of it; fewer at the deadline.
    public func read(upTo most: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: most) { buffer, written in
            while written < most, waitForOutput() {
                guard let start = buffer.baseAddress else { break }
                let piece = unsafe Glibc.read(output, start + written, most - written)
                if piece < 0, errno == EINTR { continue }
                guard piece > 0 else { break }
                written += piece
            }
        }
    }

    /// Waits until there is output to read, or its end, and keeps what the program says meanwhile: it would wait for ever with a full pipe
    /// of messages. Returns false at the deadline.
    private func waitForOutput() -> Bool {
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return false }
            var events = [
                pollfd(fd: output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: messages, events: Int16(POLLIN), revents: 0),
            ]
            let (seconds, fraction) = left.components
            let ready = unsafe poll(
                &events, 2, Int32(min(seconds * 1000 + fraction / 1_000_000_000_000_000 + 1, 3_600_000)))
            if ready < 0, errno != EINTR { return false }
            guard ready > 0 else { continue }
            if events[0].revents != 0 { return true }
            if events[1].revents != 0 { keepMessages() }
        }
    }

    /// Reads some of the messages, or their end.
    private func keepMessages() {
        var piece = [UInt8](repeating: 0, count: 4096)
        let count = unsafe Glibc.read(messages, &piece, piece.count)
        if count < 0, errno == EINTR { return }
        if count <= 0 {
            close(messages)
            messages = -1
        } else {
            complaint = Array((complaint + piece.prefix(count)).suffix(Self.longestComplaint))
        }
    }

    /// The last line that the program has written to standard error; nil if there is none. Complete after ``end()``.
    public var lastMessage: String? {
        String(decoding: complaint, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.last { !$0.isEmpty }
    }

    /// Ends the process, and says how it ended: by itself, if it had closed its output. May be called again.
    @discardableResult public func end() -> Ending {
        if let ending { return ending }
        close(output)
        var status: Int32 = 0
        let isLate = ContinuousClock.now >= deadline
        // A process that has written everything, or has died, is about to end. One that does neither gets no more time.
        for _ in 0..<(isLate ? 0 : 200) {
            if unsafe waitpid(pid, &status, WNOHANG) == pid { return note(status) }
            usleep(500)
        }
        kill(pid, SIGKILL)
        while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return note(ending: .late)
    }

    /// The same as the macros WIFEXITED, WEXITSTATUS and WTERMSIG.
    private func note(_ status: Int32) -> Ending {
        note(ending: status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(status & 0x7F))
    }

    private func note(ending: Ending) -> Ending {
        self.ending = ending
        while messages >= 0 { keepMessages() }
        return ending
    }
}
