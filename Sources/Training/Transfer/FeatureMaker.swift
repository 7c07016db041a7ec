import NeuralNetwork

/// Takes all pictures of a store through a network in inference mode; pictures are prepared ahead on other cores.
struct FeatureMaker {
    let plan: InferencePlan

    /// Pictures that go through at once.
    private static let chunk = 64

    /// The features of every picture, in the store's order, N × D.
    /// - Parameters:
    ///   - view: which draw of the maker's augmentation.
    ///   - tick: called after every few pictures with their number; what it throws ends the work.
    func features(_ maker: BatchMaker, view: Int = 0, tick: (Int) throws(TrainingError) -> Void) throws(TrainingError)
        -> [Float]
    {
        let places = maker.store.places
        @Sendable func part(_ index: Int) -> Range<Int> {
            index * Self.chunk..<min((index + 1) * Self.chunk, places.count)
        }
        let chunks = (places.count + Self.chunk - 1) / Self.chunk
        let batches = Prefetcher(0..<chunks, depth: 2) { index throws(TrainingError) in
            try maker.pixels(Array(places[part(index)]), epoch: view, step: index)
        }
        defer { batches.stop() }
        var features: [Float] = []
        features.reserveCapacity(places.count * plan.widths[0])
        for index in 0..<chunks {
            features += plan.run(try batches.next())[0]
            try tick(part(index).count)
        }
        return features
    }
}
