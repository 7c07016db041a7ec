import API
import Client
import Options

enum InboxDiscard: Command {
    static let declaration = Declaration(
        name: "aniwho inbox discard", summary: "take pictures out of the inbox for good",
        operands: [
            Operand("GROUP", .optional, help: "the group's number, or that of any picture in it"),
            Operand("ID", .any, help: "only these pictures of the group (default: all)"),
        ],
        options: [Option("all", help: "everything in the inbox"), .json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let isAll = arguments.flag("all")
        guard isAll != (arguments.operand("GROUP") != nil) else {
            throw arguments.misuse(isAll ? "--all takes no GROUP" : "GROUP is missing, or --all")
        }
        let pictures: [Int64]
        if isAll {
            pictures = try arguments.client.call(ListInbox.self).groups.flatMap { $0.pictures.map(\.id) }
        } else {
            let group = try Inbox.group(arguments).pictures.map(\.id)
            let chosen = try arguments.imageNumbers
            if let other = chosen.first(where: { !group.contains($0) }) {
                throw Failure(.notFound, "picture \(other) is not in that group")
            }
            pictures = chosen.isEmpty ? group : chosen
        }
        let discarded = try arguments.client.call(DiscardInboxPictures.self, .init(pictures: pictures)).discarded
        if arguments.flag("json") { return try console.print(json: discarded) }
        console.print("discarded \(Show.count(discarded.count, "picture"))")
    }
}
