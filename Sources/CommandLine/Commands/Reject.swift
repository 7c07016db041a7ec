import API
import Client
import Options

enum Reject: Command {
    static let declaration = Declaration(
        name: "aniwho reject", summary: "say that a picture is not of a character",
        discussion: """
            Remembered for good, whatever model answers: the character is not named for this picture, nor for one that is nearly
            the same. Enrolling the picture under the character takes it back, as aniwho rejections remove does.
            """,
        operands: [
            Operand("IMAGE", help: "the picture (PNG, JPEG, WebP)"), Operand("NAME", help: "the character it is not"),
        ], options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let file = try ImagePaths.part(arguments.operand("IMAGE") ?? "")
        let response = try arguments.client.call(
            RejectImages.self, .init(name: arguments.operand("NAME") ?? "", files: [file]))
        if arguments.flag("json") { return try console.print(json: response.results) }
        for result in response.results {
            let rejection = result.rejection
            console.print(
                result.created
                    ? "rejection \(rejection.id): \(rejection.source) is not \(rejection.character)"
                    : "rejected already, as rejection \(rejection.id)")
        }
    }
}
