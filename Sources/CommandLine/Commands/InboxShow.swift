import API
import Client
import Foundation
import Options

enum InboxShow: Command {
    static let declaration = Declaration(
        name: "aniwho inbox show", summary: "show the pictures of a group that waits for a name",
        operands: [.group],
        options: [Option("save", "DIR", help: "write the pictures there too, to look at them"), .json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let group = try Inbox.group(arguments)
        if let folder = arguments["save"] { try save(group, to: folder, arguments.client) }
        if arguments.flag("json") { return try console.print(json: group) }
        var table = TextTable(
            ("PICTURE", .right), ("SIZE", .right), ("FORMAT", .left), ("KEPT", .left), ("FROM", .left))
        for picture in group.pictures {
            table.add(
                String(picture.id), "\(picture.width)×\(picture.height)", picture.format,
                picture.addedAt.ISO8601Format(), picture.source)
        }
        console.print(table.text)
        if let nearest = group.nearest {
            console.print("nearest: \(nearest.character), \(Show.decimal(nearest.distance)) away")
        }
    }

    private static func save(_ group: InboxGroup, to path: String, _ client: Client) throws {
        let folder = URL(filePath: path, directoryHint: .isDirectory)
        try CharacterFolders.storing("make \(path)") {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        for picture in group.pictures {
            let bytes = try client.call(FetchInboxPicture.self, IdentifiedRequest(id: picture.id)).bytes
            let place = folder.appending(path: "\(picture.id).\(picture.format)")
            try CharacterFolders.storing("write \(place.path)") { try bytes.write(to: place, options: .atomic) }
        }
    }
}
