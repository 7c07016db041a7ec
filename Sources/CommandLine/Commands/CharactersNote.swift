import API
import Client
import Options

enum CharactersNote: Command {
    static let declaration = Declaration(
        name: "aniwho characters note", summary: "write a note on a character, or read it",
        operands: [
            Operand("NAME", help: "the character"),
            Operand("TEXT", .optional, help: "the note, in place of the one before; '' removes it (default: print it)"),
        ], options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let name = arguments.operand("NAME") ?? ""
        let client = arguments.client
        let character =
            if let note = arguments.operand("TEXT") {
                try client.call(NoteCharacter.self, .init(name: name, note: note))
            } else { try client.call(ShowCharacter.self, NamedRequest(name: name)).character }
        if arguments.flag("json") { return try console.print(json: character) }
        console.print(character.note.isEmpty ? "\(character.name) has no note" : character.note)
    }
}
