import API
import Client
import Foundation
import Options

/// Standard output and standard error, as the options and the terminal want them.
struct Console: Sendable {
    /// Whether results and errors are printed as JSON.
    let isJSON: Bool
    /// Whether notes and progress are left out.
    let isQuiet: Bool
    /// Whether calls of the daemon are printed.
    let isVerbose: Bool

    /// Whether standard output is a terminal.
    let isReadByPerson = isatty(STDOUT_FILENO) == 1
    private let isErrorTerminal = isatty(STDERR_FILENO) == 1
    private let allowsColor = Console.allowsColor(ProcessInfo.processInfo.environment)

    init(json: Bool = false, quiet: Bool = false, verbose: Bool = false) {
        (isJSON, isQuiet, isVerbose) = (json, quiet, verbose)
    }

    init(_ arguments: Arguments) {
        self.init(
            json: arguments.flag(Option.json.name), quiet: arguments.flag(Option.quiet.name),
            verbose: arguments.flag(Option.verbose.name))
    }

    /// Whether progress is drawn: a person watches standard error and did not ask for quiet.
    var showsProgress: Bool { isErrorTerminal && !isQuiet }

    /// Whether the environment allows color: `NO_COLOR` (no-color.org) and `TERM=dumb` forbid it.
    static func allowsColor(_ environment: [String: String]) -> Bool {
        (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    func print(_ text: String, terminator: String = "\n") {
        try? FileHandle.standardOutput.write(contentsOf: Data((text + terminator).utf8))
    }

    /// A value as JSON for people and programs alike.
    func print(json value: some Encodable) throws(APIError) {
        print(String(decoding: try JSON.encode(value, pretty: true), as: UTF8.self))
    }

    /// A value as one line of JSON, for output that streams.
    func print(jsonLine value: some Encodable) throws(APIError) {
        print(String(decoding: try JSON.encode(value), as: UTF8.self))
    }

    /// A table, its headings in bold on a terminal.
    func print(_ table: TextTable) {
        let lines = table.text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let heading = allowsColor && isReadByPerson ? Color.bold.on(String(lines[0])) : String(lines[0])
        print(([heading] + lines.dropFirst().map(String.init)).joined(separator: "\n"))
    }

    /// Something that people may want to know beside the result; `--quiet` leaves it out.
    func note(_ text: String) {
        if !isQuiet { write(text + "\n") }
    }

    /// A note about something that may be wrong.
    func warn(_ text: String) { note("aniwho: \(colored("warning:", .yellow)) \(text)") }

    /// An error, which is printed even with `--quiet`.
    func complain(_ failure: Failure) {
        guard !isJSON else {
            let message = (failure.causes + [failure.message]).joined(separator: "\n")
            return write(String(decoding: APIError(failure.code, message).json, as: UTF8.self) + "\n")
        }
        for cause in failure.causes { write("\(colored("aniwho:", .red)) \(cause)\n") }
        write("\(colored("aniwho:", .red)) \(failure.message)\n" + (failure.advice.map { $0 + "\n" } ?? ""))
    }

    /// A call of the daemon, for `--verbose`.
    func print(call: Client.Call) {
        let status = call.status.map { String($0) } ?? "no answer"
        write("\(call.method.rawValue) \(call.target) \(status) \(Show.decimal(call.seconds * 1e3, 1)) ms\n")
    }

    /// Replaces the terminal's current line of progress.
    func draw(_ line: String, terminator: String = "") {
        if showsProgress { write("\r\u{1B}[K\(line)\(terminator)") }
    }

    /// Asks whether to go on, where a person can answer: standard input is a terminal and `--yes` is not given.
    /// - Parameter question: what will be done; asked for only where it is needed, since it may call the daemon.
    /// - Throws: ``Failure`` when the answer is no.
    func confirm(_ arguments: Arguments, _ question: () throws -> String) throws {
        guard isatty(STDIN_FILENO) == 1, !arguments.flag(Option.yes.name) else { return }
        write("\(try question()) [y/N] ")
        let answer = (readLine() ?? "").trimmingCharacters(in: .whitespaces).lowercased()
        guard ["y", "yes"].contains(answer) else { throw Failure(.stopped, "nothing was changed") }
    }

    private func colored(_ text: String, _ color: Color) -> String {
        allowsColor && isErrorTerminal ? color.on(text) : text
    }

    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}

/// SGR codes of ECMA-48.
private enum Color: Int {
    case bold = 1
    case red = 31
    case yellow = 33

    func on(_ text: String) -> String { "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }
}
