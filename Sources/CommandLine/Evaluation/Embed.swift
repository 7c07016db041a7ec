import API
import Embedding
import Foundation
import NeuralNetwork
import Options

enum Embed: Command {
    static let declaration = Declaration(
        name: "aniwho embed", summary: "write the embeddings of pictures to a safetensors file",
        discussion: """
            Runs in its own process. The output's tensor is “features”, N×D. With --tensor, the tensor “input” of that file,
            N×3×S×S, goes to the network as it is: neither resized nor normalised nor mirrored.
            """,
        operands: [Operand("IMAGE", .any, help: "pictures; a folder counts as its pictures")],
        options: [Option("tensor", "FILE", help: "a safetensors file with the tensor “input” instead of pictures")]
            + LocalModel.options + [Option("output", "FILE", help: "where to write"), .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let output = try arguments.required("output")
        let model = try LocalModel(arguments).model
        let embedder = try Embedder(model: model, threads: try LocalModel.threads(arguments))
        var vectors: [[Float]] = []
        var metadata = ["model": model.identity, "architecture": model.architecture]
        if let file = arguments["tensor"] {
            guard arguments.list("IMAGE").isEmpty else { throw arguments.misuse("give --tensor or pictures, not both") }
            guard let input = try Safetensors(contentsOf: file).tensors["input"] else {
                throw Failure(.badInput, "\(file) has no tensor “input”")
            }
            vectors = try embedder.embed(input)
        } else {
            let paths = try ImagePaths.expand(arguments.list("IMAGE"))
            guard !paths.isEmpty else { throw arguments.misuse("IMAGE is missing") }
            let progress = ProgressBar("embedding", total: paths.count, console: console)
            try await PictureReader(transform: model.transform).read(paths, progress) { vectors += embedder.embed($0) }
            metadata["images"] = String(decoding: try JSON.encode(paths), as: UTF8.self)
        }
        let features = Tensor(shape: [vectors.count, embedder.dimensions], values: vectors.flatMap { $0 })
        try Safetensors(tensors: ["features": features], metadata: metadata).write(to: output)
        console.print("wrote \(Show.count(vectors.count, "embedding")) of width \(embedder.dimensions) to \(output)")
    }
}
