import API
import Foundation
import Options

enum Help: Command {
    static let declaration = Declaration(
        name: "aniwho help", summary: "print the help of a subject or a command",
        operands: [
            Operand("WORD", .any, help: "a subject such as backups, or a command's words (default: the overview)")
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let words = arguments.list("WORD")
        let text = try words.isEmpty ? HelpText.overview : text(words)
        if console.isJSON { return try console.print(json: ["help": text]) }
        console.print(text, terminator: "")
    }

    private static func text(_ words: [String]) throws(Failure) -> String {
        if let command = commandTable.first(where: { $0.words == words }) { return command.interface.help }
        if words.count == 1, let subject = HelpText.subject(words[0]) { return HelpText.text(of: subject) }
        if let advice = RemovedForms.advice(for: words) { throw Failure(.usage, advice) }
        let known = commandTable.map { $0.words.joined(separator: " ") } + subjects.map(\.name)
        let near = Spelling.nearest(to: words.joined(separator: " "), among: known)
        throw Failure(
            .usage,
            "there is no subject or command \(words.joined(separator: " "))"
                + (near.map { "; did you mean \($0)?" } ?? ""), advice: "see aniwho --help")
    }
}

/// The help of the program and of subjects.
enum HelpText {
    /// The subject of that name, or the one whose commands begin with the word: `backup` for backups.
    static func subject(_ word: String) -> Subject? {
        subjects.first { $0.name == word }
            ?? subjects.first { $0.commands.contains { $0.words.count > 1 && $0.words[0] == word } }
    }

    /// The commands of a subject; where there is one command only, its help.
    static func text(of subject: Subject) -> String {
        if subject.commands.count == 1 { return subject.commands[0].interface.help }
        let rows = subject.commands.map { ($0.declaration.name, $0.declaration.summary) }
        return """
            \(subject.name): \(subject.summary)

            \(Declaration.table("Commands", rows))
            For one command: aniwho help COMMAND, as in: \(example(subject.commands[0]))

            """
    }

    private static func example(_ command: any Command.Type) -> String {
        "aniwho help \(command.words.joined(separator: " "))"
    }

    /// The help of the program: what most people need first, then every command by subject.
    static var overview: String {
        let everyday = everydayCommands.map { ($0.words.joined(separator: " "), $0.declaration.summary) }
        let groups = subjects.map { ($0.name, verbs(of: $0)) }
        return """
            AniWho names anime characters. Five pictures enroll a character; a picture is then named, or is unknown.

            Usage: aniwho COMMAND …

            \(Declaration.table("Everyday commands", everyday))
            \(Declaration.table("All commands by subject (more: aniwho help SUBJECT)", groups))
            \(Declaration.table("Options of all commands", commonOptions))
            \(Declaration.table("Exit status", exitStatus))
            Most commands ask the daemon, aniwhod, at its socket: $ANIWHO_SOCKET, or $XDG_RUNTIME_DIR/aniwho.sock, or
            /run/aniwho/aniwho.sock. The commands of training, evaluation and help need no daemon, and neither do models
            describe, backup verify, backup restore, check and most of bench. docs/commands.md lists everything.

            """
    }

    static var exitStatus: [(String, String)] { ExitCode.allCases.map { (String($0.rawValue), $0.summary) } }

    static var commonOptions: [(String, String)] {
        [Option.help, .json, .quiet, .verbose].map { ($0.usage, $0.help) } + [
            (Option.socket.usage, "the daemon's socket, for commands that ask the daemon"),
            (Option.server.usage, Option.server.help + " (default: $ANIWHO_SERVER)"),
            (Option.yes.usage, "do not ask for confirmation, for commands that remove or merge"),
            ("--version", "print the version"),
        ]
    }

    /// `classify, explain, images move|remove`: the verbs of each first word together.
    private static func verbs(of subject: Subject) -> String {
        var groups: [(first: String, verbs: [String])] = []
        for command in subject.commands {
            let words = command.words
            if words.count > 1, let index = groups.firstIndex(where: { $0.first == words[0] && !$0.verbs.isEmpty }) {
                groups[index].verbs.append(words[1])
            } else {
                groups.append((words[0], Array(words.dropFirst())))
            }
        }
        return groups.map { group in
            group.verbs.isEmpty ? group.first : "\(group.first) \(group.verbs.joined(separator: "|"))"
        }.joined(separator: ", ")
    }
}
