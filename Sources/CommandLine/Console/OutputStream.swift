import API
import Foundation
import Platform
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
        StandardStreams.reserve()
    }

    /// Writes all of the text. After an error it writes nothing more, so that the output has no gaps.
    func write(_ text: String) {
        lost.withLock { lost in
            if lost == nil { lost = StandardStreams.write(Array(text.utf8), to: descriptor) }
        }
        if lost.withLock({ $0 }) == EPIPE { StandardStreams.endByClosedPipe() }
    }

    /// Writes all of the text, for output that exists only once.
    /// - Throws: ``Failure`` when it was not written, also because of a closed pipe.
    func writeOrThrow(_ text: String) throws(Failure) { try writeOrThrow(Data(text.utf8)) }

    /// Writes bytes in the same way.
    func writeOrThrow(_ bytes: Data) throws(Failure) {
        try check()
        guard let error = StandardStreams.write([UInt8](bytes), to: descriptor) else { return }
        throw Self.failure(error)
    }

    /// - Throws: ``Failure`` when something could not be written.
    func check() throws(Failure) {
        if let error = lost.withLock({ $0 }) { throw Self.failure(error) }
    }

    /// Checks at the end of the program, as if the descriptor were closed.
    func finish() throws(Failure) {
        try check()
        if let error = StandardStreams.closingError(of: descriptor) { throw Self.failure(error) }
    }

    private static func failure(_ error: Int32) -> Failure {
        Failure(.storage, "cannot write the output: \(SystemReason.text(error))")
    }
}
