import API
import Client
import Options

enum CharactersRemove: Command {
    static let declaration = Declaration(
        name: "aniwho characters remove", summary: "remove a character with its images",
        operands: [Operand("NAME", help: "the character")], options: [.socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let removed = try arguments.client.call(
            RemoveCharacter.self, NamedRequest(name: arguments.operand("NAME") ?? ""))
        console.print("removed \(removed.name) and \(Show.count(removed.images, "image"))")
    }
}
