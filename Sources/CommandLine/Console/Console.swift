import API
import Foundation

/// Standard output and standard error.
struct Console: Sendable {
    /// Whether a person watches standard error.
    let isTerminal = isatty(STDERR_FILENO) == 1

    /// Whether a person reads standard output.
    let isReadByPerson = isatty(STDOUT_FILENO) == 1

    func print(_ text: String, terminator: String = "\n") {
        try? FileHandle.standardOutput.write(contentsOf: Data((text + terminator).utf8))
    }

    func complain(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }

    /// Says what may matter and is no failure.
    func warn(_ text: String) { complain("aniwho: warning: \(text)") }

    /// Replaces the terminal's current line.
    func draw(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K\(line)".utf8))
    }

    /// A value as JSON for people and machines alike.
    func print(json value: some Encodable) throws(APIError) {
        print(String(decoding: try JSON.encode(value, pretty: true), as: UTF8.self))
    }
}
