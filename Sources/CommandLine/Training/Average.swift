import API
import Embedding
import Foundation
import Options

enum Average: Command {
    static let declaration = Declaration(
        name: "aniwho average", summary: "average the weights of models that were trained from the same start",
        discussion: """
            Needs no daemon. Networks that began from the same weights and were trained differently (another seed, loss or schedule)
            often have a mean that tells new characters apart better than each of them, at the cost of one (Wortsman et al., "Model
            soups", arXiv:2203.05482). So has the mean of several states of one run. Takes model.safetensors or last.safetensors of runs;
            the result has no readout. Networks that began from
            different weights have no useful mean: measure it.
            """,
        operands: [Operand("MODEL", .many, help: "model files of one architecture and input size")],
        options: [Option("output", "FILE", help: "where to write the model")])

    private struct Report: Encodable {
        let output, architecture: String
        let models, bytes: Int
    }

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let output = try OutputFile(arguments.required("output"))
        let paths = arguments.list("MODEL")
        guard paths.count >= 2 else { throw arguments.misuse("a mean needs two models") }
        let models = try paths.map { try LocalModel.read($0) }
        let file: Data
        do throws(ModelError) { file = try Model.average(models) } catch {
            throw Failure(.badModel, "\(paths.joined(separator: ", ")): \(error.message)")
        }
        try output.write(file)
        if console.isJSON {
            return try console.print(
                json: Report(
                    output: output.path, architecture: models[0].architecture, models: models.count, bytes: file.count))
        }
        console.print(
            "wrote \(output.path): the mean of \(models.count) \(models[0].architecture) networks, \(Show.bytes(file.count))"
        )
    }
}
