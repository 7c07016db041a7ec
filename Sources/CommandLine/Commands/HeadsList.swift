import API
import Client
import Options

enum HeadsList: Command {
    static let declaration = Declaration(
        name: "aniwho heads list", summary: "list the heads, the ways to answer from the enrolled pictures",
        options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let heads = try arguments.client.call(ListHeads.self).heads
        if arguments.flag("json") { return try console.print(json: heads) }
        var table = TextTable(("NAME", .left), ("ANSWERS WITH THE", .left), ("", .left))
        for head in heads { table.add(head.name, head.summary, head.active ? "in use" : "") }
        console.print(table.text)
    }
}
