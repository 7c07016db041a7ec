import API
import Client
import Foundation
import Options

enum ModelsShow: Command {
    static let declaration = Declaration(
        name: "aniwho models show", summary: "show a model",
        operands: [Operand("NAME", help: "the model")], options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let model = try arguments.client.call(ShowModel.self, NamedRequest(name: arguments.operand("NAME") ?? ""))
        if arguments.flag("json") { return try console.print(json: model) }
        console.print(
            """
            name          \(model.name)\(model.active ? " (in use)" : "")
            identity      \(model.identity)
            architecture  \(model.architecture)
            width         \(model.dimensions)
            unknown       \(model.radius.map { "beyond a distance of \(Show.decimal($0))" } ?? "never: the model has no radius")
            temperature   \(Show.decimal(model.temperature))
            mirror image  \(model.mirror ? "averaged in" : "not used")
            size          \(Show.bytes(model.bytes))
            added         \(model.addedAt.ISO8601Format())
            """)
    }
}
