import API
import Client
import Foundation
import Options
import Report

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

    /// Text for people, with control characters made visible. When it cannot be written, the program ends with that error; see
    /// ``OutputStream``.
    func print(_ text: String, terminator: String = "\n") { print(exact: Visible.text(text), terminator: terminator) }

    /// Text for programs, or for the terminal itself, as it is.
    func print(exact text: String, terminator: String = "\n") { OutputStream.standard.write(text + terminator) }

    /// Rows of comma-separated values: exact in a file or pipe, visible on a terminal.
    func print(csv rows: [[String]]) {
        print(exact: CSV.text(isReadByPerson ? rows.map { $0.map(Visible.line) } : rows), terminator: "")
    }

    /// A value as JSON for people and programs alike.
    func print(json value: some Encodable) throws(APIError) {
        print(exact: Visible.json(String(decoding: try JSON.encode(value, pretty: true), as: UTF8.self)))
    }

    /// A value as one line of JSON, for output that streams.
    func print(jsonLine value: some Encodable) throws(APIError) {
        print(exact: Visible.json(String(decoding: try JSON.encode(value), as: UTF8.self)))
    }

    /// A table, its headings in bold on a terminal.
    func print(_ table: TextTable) {
        let lines = table.text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let heading = allowsColor && isReadByPerson ? Color.bold.on(String(lines[0])) : String(lines[0])
        print(exact: ([heading] + lines.dropFirst().map(String.init)).joined(separator: "\n"))
    }

    /// Something that people may want to know beside the result; `--quiet` leaves it out.
    func note(_ text: String) {
        if !isQuiet { write(Visible.text(text) + "\n") }
    }

    /// A note about something that may be wrong.
    func warn(_ text: String) {
        if !isQuiet { write("aniwho: \(colored("warning:", .yellow)) \(Visible.message(text))\n") }
    }

    /// An error, which is printed even with `--quiet`.
    func complain(_ failure: Failure) {
        guard !isJSON else {
            let message = (failure.causes + [failure.message]).joined(separator: "\n")
            return write(String(decoding: APIError(failure.code, message).json, as: UTF8.self) + "\n")
        }
        for message in failure.causes + [failure.message] {
            write("\(colored("aniwho:", .red)) \(Visible.message(message))\n")
        }
        if let advice = failure.advice { write(Visible.text(advice) + "\n") }
    }

    /// A call of the daemon, for `--verbose`.
    func print(call: Client.Call) {
        let status = call.status.map { String($0) } ?? "no answer"
        write("\(call.method.rawValue) \(call.target) \(status) \(Show.decimal(call.seconds * 1e3, 1)) ms\n")
    }

    /// Replaces the terminal's current line of progress.
    func draw(_ line: String, terminator: String = "") {
        if showsProgress { write("\r\u{1B}[K\(Visible.line(line))\(terminator)") }
    }

    /// Asks whether to go on, where a person can answer: standard input is a terminal and `--yes` is not given.
    /// - Parameter question: what will be done; asked for only where it is needed, since it may call the daemon.
    /// - Throws: ``Failure`` when the answer is no.
    func confirm(_ arguments: Arguments, _ question: () throws -> String) throws {
        guard isatty(STDIN_FILENO) == 1, !arguments.flag(Option.yes.name) else { return }
        write("\(Visible.line(try question())) [y/N] ")
        let answer = (readLine() ?? "").trimmingCharacters(in: .whitespaces).lowercased()
        guard ["y", "yes"].contains(answer) else { throw Failure(.stopped, "nothing was changed") }
    }

    private func colored(_ text: String, _ color: Color) -> String {
        allowsColor && isErrorTerminal ? color.on(text) : text
    }

    private func write(_ text: String) {
        OutputStream.error.write(text)
    }
}

/// SGR codes of ECMA-48.
private enum Color: Int {
    case bold = 1
    case red = 31
    case yellow = 33

    func on(_ text: String) -> String { "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }
}
