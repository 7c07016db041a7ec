import API
import Client
import Options

enum ClassifiersList: Command {
    static let declaration = Declaration(
        name: "aniwho classifiers list", summary: "list the trained classifiers in the registry",
        options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let classifiers = try arguments.client.call(ListClassifiers.self).classifiers
        if arguments.flag("json") { return try console.print(json: classifiers) }
        var table = TextTable(
            ("NAME", .left), ("ARCHITECTURE", .left), ("CHARACTERS", .right), ("RADIUS", .right), ("SIZE", .right))
        for classifier in classifiers {
            table.add(
                classifier.name, classifier.architecture, String(classifier.classes.count),
                classifier.radius.map { Show.decimal($0) } ?? "none", Show.bytes(classifier.bytes))
        }
        console.print(table.text)
    }
}
