import API
import Client
import Foundation
import Options

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
