import API
import Client
import Options

enum ImagesRemove: Command {
    static let declaration = Declaration(
        name: "aniwho images remove", summary: "remove images of characters by their numbers",
        discussion: "aniwho characters show NAME tells the numbers. The characters' prototypes follow.",
        operands: [Operand("ID", .many, help: "an image's number")], options: [.socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let numbers = try arguments.list("ID").map { text in
            guard let number = Int64(text), number > 0 else {
                throw arguments.misuse("an image's number is a whole number, not \(text)")
            }
            return number
        }
        for number in numbers {
            let image = try arguments.client.call(RemoveImage.self, IdentifiedRequest(id: number))
            console.print("removed image \(image.id) of \(image.character)")
        }
    }
}
