import API
import Client
import Options

enum ModelsList: Command {
    static let declaration = Declaration(
        name: "aniwho models list", summary: "list the models in the registry", options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let models = try arguments.client.call(ListModels.self).models
        if arguments.flag("json") { return try console.print(json: models) }
        var table = TextTable(
            ("NAME", .left), ("ARCHITECTURE", .left), ("WIDTH", .right), ("RADIUS", .right), ("SIZE", .right),
            ("", .left))
        for model in models {
            table.add(
                model.name, model.architecture, String(model.dimensions),
                model.radius.map { Show.decimal($0) } ?? "none",
                Show.bytes(model.bytes), model.active ? "in use" : "")
        }
        console.print(table.text)
    }
}
