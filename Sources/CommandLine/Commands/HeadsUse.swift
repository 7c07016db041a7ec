import API
import Client
import Options

enum HeadsUse: Command {
    static let declaration = Declaration(
        name: "aniwho heads use", summary: "answer with a head, after a restart too",
        discussion: """
            The head is fitted on all that is enrolled, and again after each change, by the first question that follows. It
            ranks the candidates; whether a picture is unknown is decided on the distance to the nearest mean with every head.
            """,
        operands: [Operand("NAME", help: "the head")], options: [.socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let result = try arguments.client.call(UseHead.self, NamedRequest(name: arguments.operand("NAME") ?? ""))
        let before = result.previous == result.head.name ? "" : " instead of \(result.previous)"
        console.print("\(result.head.name) answers now\(before); ready in \(Show.decimal(result.seconds, 3)) s")
    }
}
