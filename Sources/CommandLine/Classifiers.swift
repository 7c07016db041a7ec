import API
import Client
import Foundation
import Options

enum ClassifiersList: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho classifiers list", summary: "list the trained classifiers in the registry")

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let classifiers = try arguments.client.entries(ListClassifiers.self)
        if console.isJSON { return try console.print(json: classifiers) }
        guard !classifiers.isEmpty else {
            return console.print("there are no classifiers; train one with: aniwho train NAME")
        }
        var table = TextTable(
            ("NAME", .left), ("ARCHITECTURE", .left), ("CHARACTERS", .right), ("RADIUS", .right), ("SIZE", .right))
        for classifier in classifiers {
            table.add(
                classifier.name, classifier.architecture, String(classifier.classes.count),
                classifier.radius.map { Show.decimal($0) } ?? "none", Show.bytes(classifier.bytes))
        }
        console.print(table)
    }
}

enum ClassifiersShow: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho classifiers show", summary: "show a trained classifier and the characters it knows",
        operands: [.classifier])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let request = arguments.named
        let classifier = try arguments.client.call(ShowClassifier.self, request)
        if console.isJSON { return try console.print(json: classifier) }
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

enum ClassifiersImport: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho classifiers import", summary: "put a trained classifier's file into the registry",
        operands: [Operand("FILE", help: "the model.safetensors of a transfer training's folder")],
        options: [Option("name", "N", help: "the name to give it")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let request = ImportClassifier.Request(
            name: try arguments.required("name"), file: arguments.word("FILE"))
        let classifier = try arguments.client.call(ImportClassifier.self, request)
        if console.isJSON { return try console.print(json: classifier) }
        console.print(
            "imported \(classifier.name) (\(classifier.architecture), \(Show.count(classifier.classes.count, "character"))); "
                + "ask it with: \(ClassifierText.ask(classifier.name))")
    }
}

enum ClassifiersRemove: AsksDaemon, AsksBeforeChange {
    static let declaration = Declaration(
        name: "aniwho classifiers remove", summary: "remove a trained classifier and its file",
        operands: [.classifier])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let request = arguments.named
        try console.confirm(arguments) { "Remove the classifier \(request.name)?" }
        let classifier = try arguments.client.call(RemoveClassifier.self, request)
        if console.isJSON { return try console.print(json: classifier) }
        console.print("removed \(classifier.name)")
    }
}

extension Operand {
    static let classifier = Operand("NAME", help: "the classifier")
}

/// What several texts say about classifiers.
enum ClassifierText {
    /// The command that asks a classifier.
    static func ask(_ name: String) -> String { "aniwho classify --classifier \(name) IMAGE" }
}
