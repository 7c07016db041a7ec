import API
import Client
import Foundation
import Options

enum ClassifiersShow: Command {
    static let declaration = Declaration(
        name: "aniwho classifiers show", summary: "show a trained classifier and the characters it knows",
        operands: [.classifier], options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let request = NamedRequest(name: arguments.operand("NAME") ?? "")
        let classifier = try arguments.client.call(ShowClassifier.self, request)
        if arguments.flag("json") { return try console.print(json: classifier) }
        console.print(
            """
            name          \(classifier.name)
            identity      \(classifier.identity)
            architecture  \(classifier.architecture)
            unknown       \(classifier.radius.map { "beyond a distance of \(Show.decimal($0))" } ?? "never: the classifier has no radius")
            temperature   \(Show.decimal(classifier.temperature))
            size          \(Show.bytes(classifier.bytes))
            added         \(classifier.addedAt.ISO8601Format())
            characters    \(classifier.classes.count)
            """)
        for name in classifier.classes { console.print("  \(name)") }
    }
}
