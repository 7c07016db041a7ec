import FewShot
import NeuralNetwork

/// The features of a transfer training's pictures, which a frozen network computes once for the whole run.
struct FrozenFeatures: Sendable {
    /// D.
    let width: Int
    /// The features of the pictures without augmentation, N × D.
    let training, validation, test: [Float]
    /// The features of each of the V views of the training pictures, N × D.
    private let views: [[Float]]
    /// For each class, the row of its first picture.
    private let starts: [Int]

    /// Reads what the cache holds and computes the rest.
    /// - Parameter tick: called after every batch with its number of pictures, and with the number of all views of pictures to compute.
    ///   What it throws ends the work; complete views stay in the cache.
    init(
        _ setup: RunSetup, _ pictures: TransferPictures, views count: Int, _ maker: FeatureExtractor,
        _ cache: FeatureCache, tick: (Int, _ of: Int) throws(TrainingError) -> Void
    ) throws(TrainingError) {
        let width = maker.plan.widths[0]
        var augmented: [(maker: BatchMaker, view: Int)] = []
        if case .keras = setup.maker.augmentation { augmented = (0..<count).map { (setup.maker, $0) } }
        let works =
            [pictures.training, pictures.validation, pictures.test].map { (setup.plainMaker($0), 0) } + augmented
        var (found, paths): ([[Float]?], [String?]) = ([], [])
        for (work, view) in works {
            paths.append(cache.path(work, view: view))
            found.append(cache.read(paths[paths.count - 1], rows: work.store.data.imageCount, width: width))
        }
        let total = zip(works, found).reduce(0) { $0 + ($1.1 == nil ? $1.0.0.store.data.imageCount : 0) }
        var made: [[Float]] = []
        for (index, (work, view)) in works.enumerated() {
            if let features = found[index] {
                made.append(features)
                continue
            }
            let features = try maker.features(work, view: view) { done throws(TrainingError) in try tick(done, total) }
            try cache.write(features, width: width, to: paths[index])
            made.append(features)
        }
        self.width = width
        (training, validation, test) = (made[0], made[1], made[2])
        self.views = augmented.isEmpty ? [made[0]] : Array(made[3...])
        starts = setup.maker.store.sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    }

    /// The rows of pictures in an epoch, n × D. Every picture shows its next view, and each starts from another one.
    func rows(_ pictures: [(label: Int, image: Int)], epoch: Int) -> [Float] {
        var values: [Float] = []
        values.reserveCapacity(pictures.count * width)
        for picture in pictures {
            let row = starts[picture.label] + picture.image
            values += views[(epoch + row) % views.count][row * width..<(row + 1) * width]
        }
        return values
    }
}
