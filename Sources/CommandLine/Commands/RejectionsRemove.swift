import API
import Client
import Options

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
