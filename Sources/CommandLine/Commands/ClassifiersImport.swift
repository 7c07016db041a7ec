import API
import Client
import Options

enum ClassifiersImport: Command {
    static let declaration = Declaration(
        name: "aniwho classifiers import", summary: "put a trained classifier's file into the registry",
        operands: [Operand("FILE", help: "the model.safetensors of a transfer training's folder")],
        options: [Option("name", "N", help: "the name to give it"), .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let request = ImportClassifier.Request(
            name: try arguments.required("name"), file: arguments.operand("FILE") ?? "")
        let classifier = try arguments.client.call(ImportClassifier.self, request)
        console.print(
            "imported \(classifier.name) (\(classifier.architecture), \(Show.count(classifier.classes.count, "character"))); "
                + "ask it with: \(ClassifierText.ask(classifier.name))")
    }
}
