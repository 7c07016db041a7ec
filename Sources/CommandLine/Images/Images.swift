import API
import Client
import Options

enum ImagesMove: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho images move", summary: "give images to another character, which may be a new one",
        discussion: """
            All images are moved or none, and the prototypes of both characters are computed again. An image that the character has
            already goes into the trash instead. aniwho characters show NAME lists the numbers. To take a move back: aniwho undo.
            """,
        operands: [
            Operand("ID", .many, help: "an image's number"), Operand("NAME", help: "the character that gets them"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let name = arguments.word("NAME")
        let result = try arguments.client.call(
            MoveImages.self, .init(images: try arguments.numbers("ID", of: "an image"), character: name))
        if console.isJSON { return try console.print(json: result) }
        MoveText.report(result, console)
    }
}

enum ImagesRemove: AsksDaemon, AsksBeforeChange {
    static let declaration = Declaration(
        name: "aniwho images remove", summary: "remove images of characters by their numbers",
        discussion: """
            All images are removed or none, and the characters' prototypes are computed again. aniwho characters show NAME lists the
            numbers. The images go into the trash for some time: to take the removal back, aniwho undo.
            """,
        operands: [Operand("ID", .many, help: "an image's number")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let numbers = try arguments.numbers("ID", of: "an image")
        try console.confirm(arguments) { "Remove \(Show.count(numbers.count, "image"))?" }
        let removed = try arguments.client.call(RemoveImages.self, .init(images: numbers)).images
        if console.isJSON { return try console.print(json: removed) }
        for image in removed { console.print("removed image \(image.id) of \(image.character)") }
    }
}

/// The text about images that were moved.
enum MoveText {
    static func report(_ result: MovedImages, _ console: Console) {
        let name = result.character.name
        console.print(
            "\(name)\(result.created ? ", a new character," : "") has \(Show.count(result.moved.count, "more image")), \(result.character.images) in all"
        )
        for duplicate in result.duplicates {
            console.note("image \(duplicate.id) of \(duplicate.character) was \(name)'s already, and is in the trash")
        }
    }
}
