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

            With --size, the result takes pictures of another size than training did, and one model is enough. A network that was
            trained on random crops often does better on somewhat larger pictures, because crops enlarge what they show (Touvron et
            al., "Fixing the train-test resolution discrepancy", arXiv:1906.06423).
            """,
        operands: [Operand("MODEL", .many, help: "model files of one architecture and input size")],
        options: [
            Option("output", "FILE", help: "where to write the model"),
            Option("size", "S", help: "side of the network's input in pixels (default: the models')"),
        ])

    private struct Report: Encodable {
        let output, architecture: String
        let models, bytes: Int
    }

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let output = try OutputFile(arguments.required("output"))
        let paths = arguments.list("MODEL")
        let size = try arguments.integer("size", in: 16...512)
        guard paths.count >= 2 || size != nil else {
            throw arguments.misuse("a mean needs two models; one alone needs --size")
        }
        let models = try paths.map { try LocalModel.read($0, inputSize: size) }
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
        let what = models.count == 1 ? "one network" : "the mean of \(models.count) networks"
        console.print("wrote \(output.path): \(what) of \(models[0].architecture), \(Show.bytes(file.count))")
    }
}
