import Embedding
import Foundation
import NeuralNetwork
import Platform

/// The embeddings of a trained model, as targets for a network in training: knowledge distillation by embeddings (Romero et al., "FitNets",
/// arXiv:1412.6550, with cosines in place of squared distances).
///
/// The model sees each picture once, whole and without augmentation. So the network learns to give every crop and tint of a picture the
/// embedding of the picture itself.
struct Teacher: Sendable {
    /// The SHA-256 of the model's file.
    let identity: String
    /// E, the width of an embedding.
    let width: Int
    /// The pictures' embeddings, in the store's order, N × E; each row of length 1.
    private let embeddings: [Float]
    /// For each class, the row of its first picture.
    private let starts: [Int]

    /// Pictures in a batch.
    private static let batch = 64

    /// - Parameters:
    ///   - path: the model's file.
    ///   - identity: the SHA-256 that the file must have; nil for any.
    ///   - tick: called after every batch with its number of pictures.
    /// - Throws: ``TrainingError`` with `badInput` if the model cannot be used or is another one.
    init(
        path: String, identity: String?, store: PictureStore, threads: Int, tick: (Int) -> Void = { _ in }
    ) throws(TrainingError) {
        let model = try Self.model(path)
        if let identity, identity != model.identity {
            throw TrainingError(
                .badInput,
                "the teacher \(path) has changed since the run began (SHA-256 \(model.identity), not \(identity)). Restore it, or begin a new run."
            )
        }
        let embedder: Embedder
        do { embedder = try Embedder(model: model, threads: threads) } catch {
            throw TrainingError(.badInput, "the teacher \(path) cannot be used: \(error.message)")
        }
        let places = store.places
        var rows: [Float] = []
        rows.reserveCapacity(places.count * model.dimensions)
        for start in stride(from: 0, to: places.count, by: Self.batch) {
            let part = places[start..<min(start + Self.batch, places.count)]
            let images = try concurrentTryMap(part.count) { index throws(TrainingError) in
                let place = part[part.startIndex + index]
                return model.transform.apply(try store.picture(place.label, place.image))
            }
            for row in embedder.embed(images) { rows += row }
            tick(part.count)
        }
        self.identity = model.identity
        width = model.dimensions
        embeddings = UnitRows(rows, width: width).values
        starts = store.sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    }

    private static func model(_ path: String) throws(TrainingError) -> Model {
        let file: Data
        do { file = try Data(contentsOf: URL(filePath: path)) } catch {
            throw TrainingError(.badInput, "cannot read the teacher \(path): \(SystemReason.text(error))")
        }
        do { return try Model(file) } catch {
            throw TrainingError(.badInput, "the teacher \(path) cannot be used: \(error.message)")
        }
    }

    /// The targets of pictures, n × E.
    func targets(_ pictures: [(label: Int, image: Int)]) -> [Float] {
        var values: [Float] = []
        values.reserveCapacity(pictures.count * width)
        for picture in pictures {
            let row = starts[picture.label] + picture.image
            values += embeddings[row * width..<(row + 1) * width]
        }
        return values
    }
}
