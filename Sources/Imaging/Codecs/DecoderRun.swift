import CProcess
import Foundation

/// One run of the decoder's program, from its start to its end.
final class DecoderRun {
    /// How a run ended.
    enum Ending: Equatable {
        case exited(Int32)
        case killed(Int32)
        /// It was killed here, at the deadline.
        case late
    }

    private let pid: pid_t
    private let output: Int32
    private let deadline: ContinuousClock.Instant
    private var ending: Ending?

    /// Starts it.
    /// - Throws: `ImagingError` with `decoderFailed` if the system refuses.
    init(
        _ program: String, _ arguments: [String], input bytes: [UInt8], deadline: ContinuousClock.Instant
    ) throws(ImagingError) {
        var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var output: Int32 = -1
        pid = unsafe aniwho_start_filter(program, &words, bytes, UInt(bytes.count), &output)
        let reason = errno
        (self.output, self.deadline) = (output, deadline)
        guard pid > 0 else {
            ending = .exited(0)
            throw ImagingError(
                .decoderFailed, unsafe "cannot start \(program): \(String(cString: strerror(reason)))")
        }
    }

    deinit { end() }

    /// The next bytes of the reply; nil if there are fewer, or they do not come in time.
    func read(_ count: Int) -> [UInt8]? {
        var isWhole = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            while written < count, waitForMore() {
                guard let start = buffer.baseAddress else { break }
                let piece = unsafe Glibc.read(output, start + written, count - written)
                if piece < 0, errno == EINTR { continue }
                guard piece > 0 else { break }
                written += piece
            }
            isWhole = written == count
        }
        return isWhole ? bytes : nil
    }

    /// Waits until there is something to read, or the end. Returns false at the deadline.
    private func waitForMore() -> Bool {
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return false }
            var event = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            let (seconds, fraction) = left.components
            let ready = unsafe poll(
                &event, 1, Int32(min(seconds * 1000 + fraction / 1_000_000_000_000_000 + 1, 3_600_000)))
            if ready > 0 { return true }
            if ready < 0, errno != EINTR { return false }
        }
    }

    /// Ends the process, and says how it ended: by itself, if it had closed its reply. May be called again.
    @discardableResult func end() -> Ending {
        if let ending { return ending }
        close(output)
        var status: Int32 = 0
        let isLate = ContinuousClock.now >= deadline
        // A process that has written its reply, or has died, is about to end. One that does neither gets no more time.
        for _ in 0..<(isLate ? 0 : 200) {
            if unsafe waitpid(pid, &status, WNOHANG) == pid { return note(status) }
            usleep(500)
        }
        kill(pid, SIGKILL)
        while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
        ending = .late
        return .late
    }

    /// The same as the macros WIFEXITED, WEXITSTATUS and WTERMSIG.
    private func note(_ status: Int32) -> Ending {
        let ending: Ending = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(status & 0x7F)
        self.ending = ending
        return ending
    }
}
