import Randomness

/// Draws N-way K-shot episodes: N classes with K support and Q query pictures each, all different. The same seed gives the same episodes.
public struct EpisodeSampler: Sendable {
    public struct Episode: Sendable, Equatable {
        /// The indices of the classes drawn.
        public let classes: [Int]
        /// For each class drawn, the indices of its support pictures.
        public let support: [[Int]]
        /// For each class drawn, the indices of its query pictures.
        public let query: [[Int]]
    }

    public let way: Int
    public let shot: Int
    public let query: Int
    private let eligible: [Int]
    private let sizes: [Int]
    private var random: SplitMix64

    /// - Parameter sizes: the number of pictures of each class. Classes with fewer than shot + query are not drawn.
    /// - Throws: ``DataSetError`` if fewer than `way` classes have enough pictures.
    public init(sizes: [Int], way: Int, shot: Int, query: Int, seed: UInt64) throws(DataSetError) {
        eligible = sizes.indices.filter { sizes[$0] >= shot + query }
        guard eligible.count >= way else {
            throw DataSetError(
                "\(way)-way \(shot)-shot with \(query) queries needs \(way) classes of \(shot + query) pictures; \(eligible.count) of \(sizes.count) have so many"
            )
        }
        (self.sizes, self.way, self.shot, self.query) = (sizes, way, shot, query)
        random = SplitMix64(seed: seed)
    }

    /// The same for a data set. The error names the classes that have too few pictures.
    public init(classes data: ClassFolders, way: Int, shot: Int, query: Int, seed: UInt64) throws(DataSetError) {
        do {
            try self.init(sizes: data.classes.map(\.images.count), way: way, shot: shot, query: query, seed: seed)
        } catch {
            let small = data.classes.filter { $0.images.count < shot + query }
            guard !small.isEmpty else { throw error }
            let named = small.prefix(10).map { "\($0.name) has \($0.images.count)" }.joined(separator: ", ")
            let more = small.count > 10 ? " and \(small.count - 10) more" : ""
            throw DataSetError("\(error.message); too few: \(named)\(more)")
        }
    }

    /// The number of classes with enough pictures.
    public var eligibleClasses: Int { eligible.count }

    public mutating func next() -> Episode {
        let classes = eligible.shuffled(using: &random).prefix(way)
        let draws = classes.map { Array((0..<sizes[$0]).shuffled(using: &random).prefix(shot + query)) }
        return Episode(
            classes: Array(classes), support: draws.map { Array($0.prefix(shot)) },
            query: draws.map { Array($0.dropFirst(shot)) })
    }
}
