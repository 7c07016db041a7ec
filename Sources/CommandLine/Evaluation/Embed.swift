import API
import Embedding
import Foundation
import NeuralNetwork
import Options

enum Embed: AsksDaemon, TakesPictures {
    static let declaration = Declaration(
        name: "aniwho embed", summary: "write the embeddings of pictures to a safetensors file",
        discussion: """
            Runs in its own process; it asks the daemon only for a model that is named by --model. The output's tensor is “features”,
            N×D. With --tensor, the tensor “input” of that file, N×3×S×S, goes to the network as it is: not resized, not normalized,
            not mirrored.
            """,
        operands: [.images],
        options: [Option("tensor", "FILE", help: "a safetensors file with the tensor “input” instead of pictures")]
            + LocalModel.options + [Option("output", "FILE", help: "where to write")])

    private struct Report: Encodable {
        let output: String
        let embeddings, dimensions: Int
        /// The identity of the model.
        let model: String
    }

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let file = try OutputFile(arguments.required("output"))
        let model = try LocalModel(arguments).model
        let embedder = try Embedder(model: model, threads: try LocalModel.threads(arguments))
        var vectors: [[Float]] = []
        var metadata = ["model": model.identity, "architecture": model.architecture]
        if let source = arguments["tensor"] {
            guard try arguments.pictures("IMAGE").isEmpty else {
                throw arguments.misuse("give --tensor or pictures, not both")
            }
            guard let input = try Safetensors(contentsOf: source).tensors["input"] else {
                throw Failure(.badInput, "\(source) has no tensor “input”")
            }
            vectors = try embedder.embed(input)
        } else {
            let pictures = try arguments.somePictures("IMAGE")
            let progress = ProgressBar("embedding", total: pictures.count, console: console)
            try await PictureReader(transform: model.transform).read(pictures, progress) {
                vectors += embedder.embed($0)
            }
            metadata["images"] = String(decoding: try JSON.encode(pictures.map(\.path)), as: UTF8.self)
        }
        let features = Tensor(shape: [vectors.count, embedder.dimensions], values: vectors.flatMap { $0 })
        try file.write(Safetensors(tensors: ["features": features], metadata: metadata).encoded())
        if console.isJSON {
            return try console.print(
                json: Report(
                    output: file.path, embeddings: vectors.count, dimensions: embedder.dimensions, model: model.identity
                ))
        }
        console.print("wrote \(Show.count(vectors.count, "embedding")) of width \(embedder.dimensions) to \(file.path)")
    }
}
