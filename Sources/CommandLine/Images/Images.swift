import API
import Client
import Options

enum ImagesMove: Command {
    static let declaration = Declaration(
        name: "aniwho images move", summary: "give images to another character, which may be a new one",
        discussion: """
            All or none are moved, and the prototypes of all concerned follow. An image that the character has already is removed
            instead. aniwho characters show NAME tells the numbers.
            """,
        operands: [Operand("ID", .many, help: "an image's number")],
        options: [Option("to", "NAME", help: "the character (required)"), .json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        guard let name = arguments["to"] else { throw arguments.misuse("--to is missing") }
        let result = try arguments.client.call(
            MoveImages.self, .init(images: try arguments.imageNumbers, character: name))
        if arguments.flag("json") { return try console.print(json: result) }
        MoveText.report(result, console)
    }
}

extension Arguments {
    /// The operands `ID`.
    var imageNumbers: [Int64] {
        get throws {
            try list("ID").map { text in
                guard let number = Int64(text), number > 0 else {
                    throw misuse("an image's number is a whole number, not \(text)")
                }
                return number
            }
        }
    }
}

enum ImagesRemove: Command {
    static let declaration = Declaration(
        name: "aniwho images remove", summary: "remove images of characters by their numbers",
        discussion: "aniwho characters show NAME tells the numbers. The characters' prototypes follow.",
        operands: [Operand("ID", .many, help: "an image's number")], options: [.socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        for number in try arguments.imageNumbers {
            let image = try arguments.client.call(RemoveImage.self, IdentifiedRequest(id: number))
            console.print("removed image \(image.id) of \(image.character)")
        }
    }
}

/// What moving images did, as people read it.
enum MoveText {
    static func report(_ result: MovedImages, _ console: Console) {
        let name = result.character.name
        console.print(
            "\(name)\(result.created ? ", a new character," : "") has \(Show.count(result.moved.count, "more image")), \(result.character.images) in all"
        )
        for duplicate in result.duplicates {
            console.complain("image \(duplicate.id) of \(duplicate.character) was \(name)'s already, and is gone")
        }
    }
}
