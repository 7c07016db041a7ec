import API
import Client
import Options

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
