import API
import Backbones
import Client
import FewShot
import Foundation
import Options

enum ModelsList: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho models list", summary: "list the models in the registry")

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let models = try arguments.client.entries(ListModels.self)
        if console.isJSON { return try console.print(json: models) }
        var table = TextTable(
            ("NAME", .left), ("ARCHITECTURE", .left), ("WIDTH", .right), ("RADIUS", .right), ("SIZE", .right),
            ("", .left))
        for model in models {
            table.add(
                model.name, model.architecture, String(model.dimensions),
                model.radius.map { Show.decimal($0) } ?? "none",
                Show.bytes(model.bytes), model.active ? "in use" : "")
        }
        console.print(table)
    }
}

enum ModelsShow: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho models show", summary: "show a model",
        operands: [Operand("NAME", help: "the model")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let model = try arguments.client.call(ShowModel.self, arguments.named)
        if console.isJSON { return try console.print(json: model) }
        console.print(
            """
            name          \(model.name)\(model.active ? " (in use)" : "")
            identity      \(model.identity)
            architecture  \(model.architecture)
            width         \(model.dimensions)
            radius        \(model.radius.map { "\(Show.decimal($0)), the usual distance within a character" } ?? "none")
            temperature   \(Show.decimal(model.temperature))
            mirror image  \(model.mirror ? "averaged in" : "not used")
            size          \(Show.bytes(model.bytes))
            added         \(model.addedAt.ISO8601Format())
            """)
    }
}

enum ModelsImport: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho models import", summary: "put a model file into the registry, without using it yet",
        operands: [Operand("FILE", help: "a safetensors file: a model, or plain weights")],
        options: [
            Option("architecture", "A", help: "what the weights are for, where the file does not say"),
            Option("name", "N", help: "the name to give it"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let request = ImportModel.Request(
            name: try arguments.required("name"), architecture: arguments["architecture"],
            file: arguments.word("FILE"))
        let model = try arguments.client.call(ImportModel.self, request)
        if console.isJSON { return try console.print(json: model) }
        console.print(
            "imported \(model.name) (\(model.architecture), width \(model.dimensions)); use it with: aniwho models use \(model.name)"
        )
    }
}

enum ModelsRemove: AsksDaemon, AsksBeforeChange {
    static let declaration = Declaration(
        name: "aniwho models remove", summary: "remove a model and its vectors from the registry",
        discussion:
            "The daemon refuses to remove the model that answers, the one that aniwho models rollback goes back to, and one that a cast pack has vectors of.",
        operands: [Operand("NAME", help: "the model")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let model = arguments.named
        try console.confirm(arguments) { "Remove the model \(model.name)?" }
        _ = try arguments.client.call(RemoveModel.self, model)
        if console.isJSON { return try console.print(json: ["removed": model.name]) }
        console.print("removed \(model.name)")
    }
}

enum ModelsDescribe: Command {
    static let declaration = Declaration(
        name: "aniwho models describe", summary: "print an architecture layer by layer",
        discussion: """
            Needs no daemon. Parameters are counted as Keras counts them, including the moving statistics of batch norms; with 130
            classes they are those of the paper's Table 7.
            """,
        operands: [.architecture],
        options: [
            Option("classes", "N", help: "with a dense layer to N classes on it (default: none)"),
            Option("size", "S", help: "side of the input in pixels (default: the architecture's)"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let backbone = try Catalogue.backbone(arguments.word("ARCHITECTURE"))
        let description = try NetworkDescription(
            backbone, inputSize: try arguments.integer("size", in: Backbone.inputSizes),
            classes: try arguments.integer("classes", in: 2...1_000_000))
        if console.isJSON { return try console.print(json: description) }
        var table = TextTable(
            ("layer", .left), ("operation", .left), ("shape", .left), ("parameters", .right),
            ("multiply-adds", .right))
        for layer in description.layers {
            table.add(
                layer.name, layer.operation, layer.shape.map(String.init).joined(separator: "×"),
                layer.parameters == 0 ? "" : Show.grouped(layer.parameters),
                layer.multiplyAdds == 0 ? "" : Show.grouped(layer.multiplyAdds))
        }
        let classes = description.classes.map { ", \($0) classes" } ?? ""
        console.print(
            """
            \(backbone.summary)

            \(table.text)

            \(description.architecture), \(description.inputSize)×\(description.inputSize)\(classes): \
            \(Show.grouped(description.parameters)) parameters, \(Show.grouped(description.trainableParameters)) of them trainable; \
            \(Show.grouped(description.multiplyAdds)) multiplications and additions an image; features of width \(description.features)
            """)
    }
}
