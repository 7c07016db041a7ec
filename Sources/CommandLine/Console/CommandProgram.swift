public import API
import Foundation
import Options

/// The program `aniwho`.
public enum CommandProgram {
    /// Runs one command.
    /// - Parameter arguments: without the program's name.
    public static func run(_ arguments: [String]) async -> ExitCode {
        let console = Console()
        guard let first = arguments.first, !["help", "--help", "-h"].contains(first) else {
            console.print(overview, terminator: "")
            return arguments.isEmpty ? .usage : .ok
        }
        if first == "--version" {
            console.print("aniwho \(Version.current)")
            return .ok
        }
        let (server, arguments) = split(arguments)
        guard let (command, words) = find(arguments) else { return unknown(arguments, console) }
        let rest = server + words
        do {
            let parsed = try Arguments(rest, by: command.declaration)
            if parsed.wantsHelp {
                console.print(command.declaration.help, terminator: "")
            } else {
                if command.declaration.options.contains(where: { $0.name == Option.server.name }) {
                    _ = try parsed.daemonAddress
                }
                try await command.run(parsed, console)
            }
            return .ok
        } catch let outcome as Outcome {
            return outcome.exitCode
        } catch {
            let failure = Failure(error)
            console.complain("aniwho: \(failure.message)")
            return failure.exitCode
        }
    }

    /// Takes a `--server URL` from in front of the command, where it may stand too.
    private static func split(_ arguments: [String]) -> (server: ArraySlice<String>, rest: [String]) {
        let count = arguments[0] == "--server" ? 2 : arguments[0].hasPrefix("--server=") ? 1 : 0
        guard arguments.count > count else { return ([], arguments) }
        return (arguments.prefix(count), Array(arguments.dropFirst(count)))
    }

    /// The command that the first words name, and what follows.
    private static func find(_ arguments: [String]) -> ((any Command.Type), ArraySlice<String>)? {
        for command in commandTable {
            let words = words(of: command)
            if arguments.starts(with: words) { return (command, arguments.dropFirst(words.count)) }
        }
        return nil
    }

    private static func words(of command: any Command.Type) -> [String] {
        command.declaration.name.split(separator: " ").dropFirst().map(String.init)
    }

    private static func unknown(_ arguments: [String], _ console: Console) -> ExitCode {
        let group = commandTable.filter { words(of: $0).first == arguments[0] }
        if !group.isEmpty {
            let wantsHelp = arguments.count > 1 && ["--help", "-h"].contains(arguments[1])
            let text = Declaration.table("Commands", group.map { ($0.declaration.name, $0.declaration.summary) })
            if wantsHelp {
                console.print(text, terminator: "")
            } else {
                let wrong = arguments.count > 1 ? "there is no command" : "more words are needed after"
                console.complain("aniwho: \(wrong) \(arguments.prefix(2).joined(separator: " "))\n\n\(text)")
            }
            return wantsHelp ? .ok : .usage
        }
        let near = Spelling.nearest(to: arguments[0], among: commandTable.map { words(of: $0)[0] })
        console.complain(
            "aniwho: there is no command \(arguments[0])" + (near.map { "; did you mean \($0)?" } ?? "")
                + "\nsee aniwho --help")
        return .usage
    }

    private static var overview: String {
        """
        Who is this anime character? Five pictures enrol a character; a picture is then named, or declared unknown.

        Usage: aniwho COMMAND …

        \(Declaration.table("Commands", commandTable.map { (words(of: $0).joined(separator: " "), $0.declaration.summary) }))
        \(Declaration.table("Options", [("--help", "print this help; after a command, that command's"), ("--server URL", "ask a daemon over TCP, with the token in $ANIWHO_TOKEN (or $ANIWHO_SERVER)"), ("--version", "print the version")]))
        \(Declaration.table("Exit status", ExitCode.allCases.map { (String($0.rawValue), $0.summary) }))
        The daemon, aniwhod, must run for all but average, bench, compare, completion, embed, evaluate, manual, meta-train, pretrain,
        readout, restore and verify-backup. Its socket is $ANIWHO_SOCKET, or $XDG_RUNTIME_DIR/aniwho.sock, or /run/aniwho/aniwho.sock.

        """
    }
}
