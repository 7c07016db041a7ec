import NeuralNetwork

/// Computes the features of all pictures of a store. Other cores prepare the next pictures meanwhile.
struct FeatureExtractor {
    let plan: InferencePlan

    /// Pictures in a batch.
    private static let batch = 64

    /// The features of every picture, in the store's order, N × D.
    /// - Parameters:
    ///   - view: the number of the draw of the maker's augmentation.
    ///   - tick: called after every batch with its number of pictures. What it throws ends the work.
    func features(_ maker: BatchMaker, view: Int = 0, tick: (Int) throws(TrainingError) -> Void) throws(TrainingError)
        -> [Float]
    {
        let places = maker.store.places
        @Sendable func part(_ index: Int) -> Range<Int> {
            index * Self.batch..<min((index + 1) * Self.batch, places.count)
        }
        let batchCount = (places.count + Self.batch - 1) / Self.batch
        let batches = Prefetcher(0..<batchCount, depth: 2) { index throws(TrainingError) in
            try maker.pixels(Array(places[part(index)]), epoch: view, step: index)
        }
        defer { batches.stop() }
        var features: [Float] = []
        features.reserveCapacity(places.count * plan.widths[0])
        for index in 0..<batchCount {
            features += plan.run(try batches.next())[0]
            try tick(part(index).count)
        }
        return features
    }
}
