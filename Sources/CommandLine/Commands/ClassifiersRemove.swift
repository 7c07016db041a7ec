import API
import Client
import Options

enum ClassifiersRemove: Command {
    static let declaration = Declaration(
        name: "aniwho classifiers remove", summary: "forget a trained classifier and its file",
        operands: [.classifier], options: [.socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let request = NamedRequest(name: arguments.operand("NAME") ?? "")
        let classifier = try arguments.client.call(RemoveClassifier.self, request)
        console.print("removed \(classifier.name)")
    }
}
