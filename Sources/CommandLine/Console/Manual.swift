import API
import Foundation
import Options

enum Manual: Command {
    static let declaration = Declaration(
        name: "aniwho manual", summary: "print a manual page, for man -l",
        discussion: "Of a command, as in: aniwho manual characters list | man -l -\nor of the whole program.",
        operands: [Operand("COMMAND", .any, help: "the command (default: the program)")],
        options: [Option("directory", "DIR", help: "write every page into this folder instead")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let words = arguments.list("COMMAND")
        if let folder = arguments["directory"] {
            guard words.isEmpty else { throw arguments.misuse("give COMMAND or --directory, not both") }
            return try write(into: folder)
        }
        guard !words.isEmpty else { return console.print(program, terminator: "") }
        let name = "aniwho " + words.joined(separator: " ")
        guard let command = commandTable.first(where: { $0.declaration.name == name }) else {
            throw arguments.misuse("there is no command \(name)")
        }
        console.print(page(of: command.declaration), terminator: "")
    }

    private static func write(into folder: String) throws(Failure) {
        let pages =
            [("aniwho", program)]
            + commandTable.map { (Declaration.pageName($0.declaration.name), page(of: $0.declaration)) }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for (name, text) in pages { try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name).1")) }
        } catch { throw Failure(.storage, "the pages cannot be written into \(folder): \(error.localizedDescription)") }
    }

    private static func page(of declaration: Declaration) -> String {
        declaration.manual(
            section: 1, version: Version.current, more: [exitStatus], others: ["aniwho(1)", "aniwhod(8)"])
    }

    /// The page of the whole program.
    private static var program: String {
        let commands = commandTable.map { ($0.declaration.name, $0.declaration.summary) }
        let environment = [
            ("ANIWHO_SOCKET", "the daemon's socket, unless --socket names another"),
            ("ANIWHO_DATA", "the daemon's data directory, for aniwho restore"),
            ("ANIWHO_MODELS", "a folder of model files, searched first"),
        ]
        return Declaration(
            name: "aniwho", summary: "name anime characters by a few pictures of each",
            discussion: """
                Five pictures enrol a character; a picture is then named, or declared unknown. Most commands ask the daemon, aniwhod.
                Each has a page of its own, aniwho-COMMAND, and --help.
                """,
            operands: [
                Operand("COMMAND", help: "one of those below"), Operand("ARGUMENT", .any, help: "what it takes"),
            ],
            options: [Option("version", help: "print the version")]
        ).manual(
            section: 1, version: Version.current,
            more: [
                Declaration.Section("Commands", commands), exitStatus, Declaration.Section("Environment", environment),
            ],
            others: ["aniwhod(8)"])
    }

    private static var exitStatus: Declaration.Section {
        Declaration.Section("Exit status", ExitCode.allCases.map { (String($0.rawValue), $0.summary) })
    }
}
