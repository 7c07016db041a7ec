import API
import Client
import Options

enum ModelsImport: Command {
    static let declaration = Declaration(
        name: "aniwho models import", summary: "put a model file into the registry, without using it yet",
        operands: [Operand("FILE", help: "a safetensors file: a model, or plain weights")],
        options: [
            Option("architecture", "A", help: "what the weights are for, where the file does not say"),
            Option("name", "N", help: "the name to give it"), .socket,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let request = ImportModel.Request(
            name: try arguments.required("name"), architecture: arguments["architecture"],
            file: arguments.operand("FILE") ?? "")
        let model = try arguments.client.call(ImportModel.self, request)
        console.print(
            "imported \(model.name) (\(model.architecture), width \(model.dimensions)); use it with: aniwho models use \(model.name)"
        )
    }
}
