import API
import Client
import Options

enum HeadsUse: Command {
    static let declaration = Declaration(
        name: "aniwho heads use",
        summary: "say which answers change with a head, then answer with it, after a restart too",
        discussion: """
            The head is fitted on all that is enrolled, and again after each change, by the first question that follows. It
            ranks the candidates; whether a picture is unknown is decided on the distance to the nearest mean with every head.
            """,
        operands: [Operand("NAME", help: "the head")],
        options: [
            Option("dry-run", help: "say which answers would change, and go on with the head before"), .json, .socket,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let name = arguments.operand("NAME") ?? ""
        let result = try arguments.client.call(
            UseHead.self, UseRequest(name: name, dryRun: arguments.flag("dry-run")))
        if arguments.flag("json") { return try console.print(json: result) }
        if let answers = result.answers, result.previous != result.head.name {
            AnswerChangesText.print(answers, console)
        }
        guard result.head.active else {
            return console.print("nothing has changed; answer with it: aniwho heads use \(name)")
        }
        let before = result.previous == result.head.name ? "" : " instead of \(result.previous)"
        console.print("\(result.head.name) answers now\(before); ready in \(Show.decimal(result.seconds, 3)) s")
    }
}
