import API
import Client
import Foundation
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

enum RejectionsList: Command {
    static let declaration = Declaration(
        name: "aniwho rejections list", summary: "list the pictures that are not of some character",
        options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let rejections = try arguments.client.call(ListRejections.self).rejections
        if arguments.flag("json") { return try console.print(json: rejections) }
        guard !rejections.isEmpty else {
            return console.print("nothing is rejected; a picture is by: aniwho reject IMAGE NAME")
        }
        var table = TextTable(("ID", .right), ("NOT", .left), ("PICTURE", .left), ("SINCE", .left))
        for rejection in rejections {
            table.add(
                String(rejection.id), rejection.character, rejection.source, rejection.addedAt.ISO8601Format())
        }
        console.print(table.text)
    }
}

enum RejectionsRemove: Command {
    static let declaration = Declaration(
        name: "aniwho rejections remove", summary: "take a rejection back",
        operands: [Operand("ID", help: "the rejection's number, as aniwho rejections list shows it")],
        options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let text = arguments.operand("ID") ?? ""
        guard let id = Int64(text), id > 0 else {
            throw arguments.misuse("ID is a rejection's number, not “\(text)”")
        }
        let removed = try arguments.client.call(RemoveRejection.self, IdentifiedRequest(id: id))
        if arguments.flag("json") { return try console.print(json: removed) }
        console.print("removed rejection \(removed.id): \(removed.source) may be \(removed.character)")
    }
}
