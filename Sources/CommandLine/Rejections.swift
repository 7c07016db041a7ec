import API
import Client
import Foundation
import Geometry
import Options

enum Reject: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho reject", summary: "say that a picture does not show a character",
        discussion: """
            The daemon remembers it, whatever model answers: it names the character neither for this picture nor for one that is
            nearly the same. Of a picture with several faces, each is rejected, unless you choose one. To take it back, enroll the picture under the character, or use aniwho rejections remove.
            """,
        operands: [
            .image, Operand("NAME", help: "the character that it does not show"),
        ],
        options: FaceOptions.all)

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let selection = try FaceOptions.selection(arguments, pictures: 1)
        let picture = try arguments.picture()
        let results = try arguments.client.call(
            RejectImages.self, .init(name: arguments.word("NAME"), selection: selection, files: [try picture.part()])
        ).results
        if console.isJSON { return try console.print(json: results) }
        guard !results.isEmpty else { throw Failure(.noFace, "\(picture.path): no face was found") }
        for result in results {
            let rejection = result.rejection
            let place = rejection.box.map { ", face \($0)," } ?? ""
            console.print(
                result.created
                    ? "rejection \(rejection.id): \(rejection.source)\(place) is not \(rejection.character)"
                    : "rejected already, as rejection \(rejection.id)")
        }
    }
}

enum RejectionsList: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho rejections list", summary: "list which picture does not show which character")

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let rejections = try arguments.client.entries(ListRejections.self)
        if console.isJSON { return try console.print(json: rejections) }
        guard !rejections.isEmpty else {
            return console.print("nothing is rejected; reject a picture with: aniwho reject IMAGE NAME")
        }
        var table = TextTable(("ID", .right), ("NOT", .left), ("FACE", .left), ("PICTURE", .left), ("SINCE", .left))
        for rejection in rejections {
            table.add(
                String(rejection.id), rejection.character, Show.place(rejection.box), rejection.source,
                rejection.addedAt.ISO8601Format())
        }
        console.print(table)
    }
}

enum RejectionsRemove: AsksDaemon, AsksBeforeChange {
    static let declaration = Declaration(
        name: "aniwho rejections remove", summary: "take a rejection back",
        operands: [Operand("ID", help: "the rejection's number, as aniwho rejections list shows it")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let id = try arguments.number("ID", of: "a rejection")
        try console.confirm(arguments) { "Remove rejection \(id)?" }
        let removed = try arguments.client.call(RemoveRejection.self, IdentifiedRequest(id: id))
        if console.isJSON { return try console.print(json: removed) }
        console.print("removed rejection \(removed.id): \(removed.source) may be \(removed.character)")
    }
}
