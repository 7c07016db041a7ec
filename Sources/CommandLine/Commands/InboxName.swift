import API
import Client
import Options

enum InboxName: Command {
    static let declaration = Declaration(
        name: "aniwho inbox name", summary: "enrol a group of pictures that waits for a name",
        discussion: "All are enrolled, or none; the character is created if need be. They leave the inbox.",
        operands: [
            .group, Operand("NAME", help: "the character"),
            Operand("ID", .any, help: "only these pictures of the group (default: all)"),
        ], options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let group = try Inbox.group(arguments)
        let there = group.pictures.map(\.id)
        let chosen = try arguments.imageNumbers
        if let other = chosen.first(where: { !there.contains($0) }) {
            throw Failure(.notFound, "picture \(other) is not in the group \(group.number)")
        }
        let result = try arguments.client.call(
            NameInboxPictures.self,
            .init(pictures: chosen.isEmpty ? there : chosen, character: arguments.operand("NAME") ?? ""))
        if arguments.flag("json") { return try console.print(json: result) }
        EnrollmentText.report(result, console)
    }
}
