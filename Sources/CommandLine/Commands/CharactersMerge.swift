import API
import Client
import Options

enum CharactersMerge: Command {
    static let declaration = Declaration(
        name: "aniwho characters merge", summary: "give all images of a character to another, and remove it",
        operands: [
            Operand("FROM", help: "the character that goes"), Operand("INTO", help: "the character that stays"),
        ], options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let from = arguments.operand("FROM") ?? ""
        let result = try arguments.client.call(
            MergeCharacter.self, .init(name: from, into: arguments.operand("INTO") ?? ""))
        if arguments.flag("json") { return try console.print(json: result) }
        MoveText.report(result, console)
        console.print("\(from) is gone")
    }
}
