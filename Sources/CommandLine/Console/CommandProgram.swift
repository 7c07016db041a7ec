public import API
import FewShot
import Foundation
import Options

/// The program `aniwho`.
public enum CommandProgram {
    /// Runs one command.
    /// - Parameter arguments: without the program's name.
    public static func run(_ arguments: [String]) async -> ExitCode {
        OutputStream.prepare()
        // Errors of usage come before the arguments are read.
        var console = Console(json: arguments.prefix { $0 != "--" }.contains("--json"))
        let exitCode = await run(arguments, &console)
        do throws(Failure) { try OutputStream.standard.finish() } catch {
            console.complain(error)
            return error.exitCode
        }
        return exitCode
    }

    private static func run(_ arguments: [String], _ console: inout Console) async -> ExitCode {
        do {
            try checkEncoding()
            guard let first = arguments.first else {
                console.print(HelpText.overview, terminator: "")
                return .usage
            }
            if ["--help", "-h"].contains(first) {
                console.print(HelpText.overview, terminator: "")
                return .ok
            }
            if first == "--version" {
                console.print("aniwho \(Version.current)")
                return .ok
            }
            let (shared, words) = split(arguments)
            guard let (command, rest) = find(words) else { return try explain(words, console) }
            let parsed = try Arguments(shared + rest, by: command.interface)
            if parsed.wantsHelp {
                console.print(command.interface.help, terminator: "")
                return .ok
            }
            console = Console(parsed)
            if console.isQuiet, console.isVerbose { throw parsed.misuse("--quiet and --verbose exclude each other") }
            if command is any AsksDaemon.Type { _ = try parsed.daemonAddress }
            try await command.run(parsed, console)
            assert(parsed.unread.isEmpty, "\(command) has not read --\(parsed.unread.joined(separator: ", --"))")
            return .ok
        } catch let outcome as Outcome {
            return outcome.exitCode
        } catch {
            let failure = Failure(error)
            console.complain(failure)
            return failure.exitCode
        }
    }

    /// A text that is not UTF-8 cannot be told from another one any more when it is a String.
    /// - Throws: ``Failure`` that shows the argument.
    private static func checkEncoding() throws(Failure) {
        for pointer in UnsafeBufferPointer(
            start: Swift.CommandLine.unsafeArgv, count: Int(Swift.CommandLine.argc))
        {
            guard let pointer, String(validatingCString: pointer) == nil else { continue }
            let bytes = UnsafeBufferPointer(start: pointer, count: strlen(pointer)).map { UInt8(bitPattern: $0) }
            throw Failure(
                .usage, "\(ForeignName.text(bytes)) is not UTF-8: names and paths must be",
                advice: "rename such files first, for example with: convmv -f euc-jp -t utf-8")
        }
    }

    /// Takes the shared options that stand in front of the command, where they may stand too.
    private static func split(_ arguments: [String]) -> (shared: [String], rest: [String]) {
        let options: [Option] = [.json, .quiet, .verbose, .socket, .server]
        var (shared, rest): ([String], ArraySlice<String>) = ([], arguments[...])
        while let first = rest.first {
            if let option = options.first(where: { first == "--\($0.name)" }) {
                let count = option.value == nil ? 1 : 2
                shared += rest.prefix(count)
                rest = rest.dropFirst(count)
            } else if options.contains(where: { $0.value != nil && first.hasPrefix("--\($0.name)=") }) {
                shared.append(first)
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        return (shared, Array(rest))
    }

    /// The command that the first words name, and what follows.
    private static func find(_ arguments: [String]) -> ((any Command.Type), ArraySlice<String>)? {
        for command in commandTable where arguments.starts(with: command.words) {
            return (command, arguments.dropFirst(command.words.count))
        }
        return nil
    }

    /// Help for the first word of a group; for anything else an error that says what was meant.
    private static func explain(_ words: [String], _ console: Console) throws -> ExitCode {
        guard let first = words.first else { throw Failure(.usage, "COMMAND is missing", advice: "see aniwho --help") }
        if let advice = RemovedForms.advice(for: words) { throw Failure(.usage, advice) }
        if let subject = HelpText.subject(first) {
            let text = HelpText.text(of: subject)
            if words.count > 1, ["--help", "-h"].contains(words[1]) {
                console.print(text, terminator: "")
                return .ok
            }
            let wrong =
                words.count > 1
                ? "there is no command \(words.prefix(2).joined(separator: " "))" : "a verb is missing after \(first)"
            throw Failure(.usage, wrong, advice: "\n" + text.dropLast())
        }
        let known = Set(commandTable.map { $0.words[0] } + subjects.map(\.name)).sorted()
        let near = Spelling.nearest(to: first, among: known).map { "; did you mean \($0)?" } ?? ""
        throw Failure(.usage, "there is no command \(first)\(near)", advice: "see aniwho --help")
    }
}
