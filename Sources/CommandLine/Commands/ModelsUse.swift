import API
import Client
import Options

enum ModelsUse: Command {
    static let declaration = Declaration(
        name: "aniwho models use", summary: "embed all images with a model, then answer with it",
        discussion: "The model before goes on answering until all is done. An interrupted change goes on where it was.",
        operands: [Operand("NAME", help: "the model")], options: [.socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let result = try arguments.client.call(UseModel.self, NamedRequest(name: arguments.operand("NAME") ?? ""))
        let before = result.previous.map { $0 == result.model.name ? "" : " instead of \($0)" } ?? ""
        console.print(
            "\(result.model.name) answers now\(before); \(Show.count(result.embedded, "image")) embedded in \(Show.decimal(result.seconds, 1)) s"
        )
    }
}
