import Backbones
import FewShot
import Options

enum ModelsDescribe: Command {
    static let declaration = Declaration(
        name: "aniwho models describe", summary: "print an architecture layer by layer",
        discussion: """
            Needs no daemon. Parameters are counted as Keras counts them, moving statistics of batch norms included; with 130 classes they
            are those of the paper's Table 7.
            """,
        operands: [Operand("ARCHITECTURE", help: "one of \(Catalogue.all.map(\.name).joined(separator: ", "))")],
        options: [
            Option("classes", "N", help: "with a dense layer to N classes on it (default: none)"),
            Option("size", "S", help: "side of the input in pixels (default: the architecture's)"), .json,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let backbone = try Catalogue.backbone(arguments.operand("ARCHITECTURE") ?? "")
        let description = try NetworkDescription(
            backbone, inputSize: try arguments.integer("size", in: Backbone.inputSizes),
            classes: try arguments.integer("classes", in: 2...1_000_000))
        if arguments.flag("json") { return try console.print(json: description) }
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
