import API
import Client
import Foundation
import Options

enum InboxList: Command {
    static let declaration = Declaration(
        name: "aniwho inbox list", summary: "list the pictures that wait for a name, those that look alike together",
        discussion: """
            aniwho classify --keep-unknown puts pictures of nobody enrolled here. A group is called by the number of its oldest picture.
            """,
        options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let inbox = try console.waiting("grouping") { [client = arguments.client] in
            try client.call(ListInbox.self)
        }
        if arguments.flag("json") { return try console.print(json: inbox) }
        guard !inbox.groups.isEmpty else {
            return console.print("the inbox is empty; pictures get there by: aniwho classify --keep-unknown IMAGE…")
        }
        var table = TextTable(
            ("GROUP", .right), ("PICTURES", .right), ("NEAREST", .left), ("DISTANCE", .right), ("FROM", .left))
        for group in inbox.groups {
            table.add(
                String(group.number), String(group.pictures.count), group.nearest?.character ?? "",
                group.nearest.map { Show.decimal($0.distance) } ?? "", group.pictures.first?.source ?? "")
        }
        console.print(table.text)
        console.print(
            "\(Inbox.rule(inbox))\nto look closer: aniwho inbox show GROUP; to enrol: aniwho inbox name GROUP NAME")
    }
}
