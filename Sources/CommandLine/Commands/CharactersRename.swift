import API
import Client
import Options

enum CharactersRename: Command {
    static let declaration = Declaration(
        name: "aniwho characters rename", summary: "give a character another name",
        operands: [Operand("OLD", help: "its name"), Operand("NEW", help: "the name to give it")], options: [.socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let old = arguments.operand("OLD") ?? ""
        let request = RenameCharacter.Request(name: old, newName: arguments.operand("NEW") ?? "")
        let character = try arguments.client.call(RenameCharacter.self, request)
        console.print("\(old) is now \(character.name)")
    }
}
