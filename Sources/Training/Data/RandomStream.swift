/// The uses of a run's seed. Each has its own stream of random numbers.
enum RandomStream {
    static let augmentation: UInt64 = 1, order: UInt64 = 2, episodes: UInt64 = 3, weights: UInt64 = 4
    static let dropout: UInt64 = 5, stochasticDepth: UInt64 = 6
    static let shots: UInt64 = 32
}
