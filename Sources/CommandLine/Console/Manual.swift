import API
import Foundation
import Options

enum Manual: Command {
    static let declaration = Declaration(
        name: "aniwho manual", summary: "print a manual page, or the reference of all commands",
        discussion: """
            A page of one command, or of the whole program, as man reads it:
              aniwho manual characters list | man -l -
            """,
        operands: [Operand("COMMAND", .any, help: "the command (default: the program)")],
        options: [
            Option("directory", "DIR", help: "write every page into this folder instead"),
            Option("markdown", help: "print the reference of all commands in Markdown: docs/commands.md"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let words = arguments.list("COMMAND")
        let folder = arguments["directory"]
        let isMarkdown = arguments.flag("markdown")
        guard [!words.isEmpty, folder != nil, isMarkdown].count(where: { $0 }) < 2 else {
            throw arguments.misuse("COMMAND, --directory and --markdown exclude each other")
        }
        if let folder {
            let count = try write(into: folder)
            if console.isJSON { try console.print(json: Written(directory: folder, pages: count)) }
            return
        }
        let text = try isMarkdown ? Reference.text : page(words, arguments)
        if console.isJSON { return try console.print(json: ["manual": text]) }
        console.print(text, terminator: "")
    }

    private struct Written: Encodable {
        let directory: String
        let pages: Int
    }

    private static func page(_ words: [String], _ arguments: Arguments) throws(UsageError) -> String {
        guard !words.isEmpty else { return program }
        guard let command = commandTable.first(where: { $0.words == words }) else {
            throw arguments.misuse("there is no command aniwho \(words.joined(separator: " "))")
        }
        return page(of: command.interface)
    }

    /// - Returns: how many pages were written.
    private static func write(into folder: String) throws -> Int {
        let pages =
            [("aniwho", program)]
            + commandTable.map { (Declaration.pageName($0.declaration.name), page(of: $0.interface)) }
        try Failure.storing("make \(folder)") {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        for (name, text) in pages { try OutputFile("\(folder)/\(name).1").write(Data(text.utf8)) }
        return pages.count
    }

    private static func page(of declaration: Declaration) -> String {
        declaration.manual(
            section: 1, version: Version.current, more: [exitStatus], others: ["aniwho(1)", "aniwhod(8)"])
    }

    /// The page of the whole program.
    private static var program: String {
        let groups = subjects.map { subject in
            Declaration.Section(
                "\(subject.name): \(subject.summary)",
                subject.commands.map { ($0.declaration.name, $0.declaration.summary) })
        }
        return Declaration(
            name: "aniwho", summary: "name anime characters by a few pictures of each",
            discussion: """
                Five pictures enroll a character; a picture is then named, or is unknown. Most commands ask the daemon, aniwhod.
                Each command has a page of its own, aniwho-COMMAND, and --help.
                """,
            operands: [
                Operand("COMMAND", help: "one of those below"), Operand("ARGUMENT", .any, help: "what it takes"),
            ],
            options: [Option("version", help: "print the version")]
        ).manual(
            section: 1, version: Version.current,
            more: groups + [exitStatus, Declaration.Section("Environment", HelpText.environment)],
            others: ["aniwhod(8)"])
    }

    private static var exitStatus: Declaration.Section { Declaration.Section("Exit status", HelpText.exitStatus) }
}

extension HelpText {
    /// The variables that `aniwho` reads.
    static let environment = [
        ("ANIWHO_SOCKET", "the daemon's socket, unless --socket names another"),
        ("ANIWHO_SERVER", "the daemon's address over TCP, unless --server or --socket is given"),
        ("ANIWHO_TOKEN", "the token for a daemon over TCP"),
        ("ANIWHO_DATA", "the daemon's data directory, for aniwho check"),
        ("ANIWHO_HOSTFILE", "the machines that --ranks trains on: a hostfile of Open MPI"),
        ("ANIWHO_MODELS", "a folder of model files, searched first"),
        ("NO_COLOR", "print no color, whatever the value"),
    ]
}

/// `docs/commands.md`: every command, from the declarations that parse.
enum Reference {
    static var text: String {
        var parts = [
            """
            # Commands

            Every command of `aniwho` with its arguments and options. `aniwho --help`, `aniwho help SUBJECT` and `aniwho COMMAND --help`
            print the same. This page is made by `aniwho manual --markdown`; do not edit it.

            ## Subjects

            \(subjects.map { "- [\($0.name)](#\($0.name)): \($0.summary)" }.joined(separator: "\n"))

            ## Options of all commands

            \(Declaration.markdownTable(HelpText.commonOptions))

            An IMAGE is a PNG, JPEG, WebP, GIF, AVIF, HEIC, JPEG XL, BMP or TIFF picture; the content tells the format, not the name. `-`
            reads one from standard input; a pipe or `/dev/stdin` works too, and a folder counts as its pictures. The orientation that the
            file asks for is applied. A file that lost pixels is refused; a JPEG that only lacks its end marker is not. Of an animation the
            first frame counts, except for `classify` and `watch`, which look at all that differ; of a TIFF the first page. Commands that take any number of pictures also take these:

            \(Declaration.markdownTable([Option.filesFrom, .null].map { ($0.usage, $0.help) }))

            With `--json` a list is an array of objects, what streams is one object a line, and everything else is one object. An error
            is one line on standard error: `{"error":{"code":"…","message":"…"}}`. [The API](api.md) explains the codes.

            ## Exit status

            \(Declaration.markdownTable(HelpText.exitStatus))

            ## Environment

            \(Declaration.markdownTable(HelpText.environment))
            """
        ]
        for subject in subjects {
            parts.append(
                "## \(subject.name)\n\n\(subject.summary.prefix(1).uppercased() + subject.summary.dropFirst()).")
            parts += subject.commands.map { $0.declaration.markdown(level: 3).trimmingCharacters(in: .newlines) }
        }
        return parts.joined(separator: "\n\n") + "\n"
    }
}
