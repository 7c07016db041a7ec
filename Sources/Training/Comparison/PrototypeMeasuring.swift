import Backbones
import Embedding
import FewShot
import Imaging
import Randomness
import Timing

/// Measures prototypes of few training pictures on a comparison's test pictures.
struct PrototypeMeasuring {
    let embedder: Embedder
    let settings: ComparisonSettings.Prototypes
    let seed: UInt64

    private static let chunk = 64

    /// - Parameters:
    ///   - training, test: the same classes in the same order.
    ///   - progress: called with the number of pictures embedded and their total.
    ///   - stop: asked between portions of pictures.
    /// - Returns: a result for each number of shots.
    /// - Throws: ``TrainingError`` with `badInput` where a picture can no longer be read, `interrupted` after a stop.
    func run(
        training: PictureStore, test: PictureStore, stop: () -> Bool, progress: (Int, Int) -> Void
    ) async throws(TrainingError) -> [PrototypeResult] {
        let draws = draw(training.sizes)
        let needed = training.sizes.indices.map { label in Set(draws.flatMap { $0[label] }).sorted() }
        let total = needed.reduce(0) { $0 + $1.count } + test.data.imageCount
        var done = 0
        func embeddings(_ store: PictureStore, _ label: Int, _ indices: [Int]) throws(TrainingError) -> [[Float]] {
            var vectors: [[Float]] = []
            for start in stride(from: 0, to: indices.count, by: Self.chunk) {
                if stop() { throw TrainingError(.interrupted, "stopped while prototypes were measured") }
                let part = indices[start..<min(start + Self.chunk, indices.count)]
                var images: [Image] = []
                for index in part { images.append(embedder.model.transform.apply(try store.picture(label, index))) }
                vectors += embedder.embed(images)
                done += images.count
                progress(done, total)
            }
            return vectors
        }
        var known: [[Int: [Float]]] = []
        var queries: [PrototypeTrial.Query] = []
        for (label, indices) in needed.enumerated() {
            let vectors = try embeddings(training, label, indices)
            known.append(Dictionary(uniqueKeysWithValues: zip(indices, vectors)))
            queries += try embeddings(test, label, Array(0..<test.sizes[label])).map {
                .init(label: label, embedding: $0)
            }
        }
        let supports = draws.map { draw in zip(draw, known).map { picks, vectors in picks.compactMap { vectors[$0] } } }
        // As many prototypes whatever the shots, so the time is the same.
        let milliseconds = try milliseconds(supports[0], test)
        var results: [PrototypeResult] = []
        for shots in settings.shots {
            let trial = await PrototypeTrial(supports, shots: shots, queries: queries)
            results.append(
                PrototypeResult(
                    model: settings.name, shots: shots, draws: settings.draws, top1: trial.top1, top5: trial.top5,
                    milliseconds: milliseconds,
                    parameters: embedder.model.parameterCount))
        }
        return results
    }

    /// For each draw and class, the pictures that make the prototype of the most shots; those of fewer are its first.
    private func draw(_ sizes: [Int]) -> [[[Int]]] {
        (0..<settings.draws).map { draw in
            sizes.enumerated().map { label, size in
                var random = SplitMix64(seed: seed, RandomStream.shots, UInt64(draw), UInt64(label))
                return Array((0..<size).shuffled(using: &random).prefix(settings.shots.max() ?? 0))
            }
        }
    }

    /// The median over about half a second, five runs at least, after one that does not count.
    private func milliseconds(_ support: [[[Float]]], _ test: PictureStore) throws(TrainingError) -> Double {
        let head = MeanHead(support: support.filter { !$0.isEmpty })
        let label = test.sizes.firstIndex { $0 > 0 } ?? 0
        let picture = embedder.model.transform.apply(try test.picture(label, 0))
        return Stopwatch.medianMilliseconds(seconds: 0.5) {
            _ = head.distances(to: embedder.embed([picture])[0])
        }
    }
}

extension ComparisonSettings.Prototypes {
    /// The model's file without its folder and extension.
    var name: String {
        let file = model.split(separator: "/").last.map(String.init) ?? model
        return file.hasSuffix(".safetensors") ? String(file.dropLast(12)) : file
    }
}
