/// How many pictures, rejected ones included, there are, and how many of them have a vector of some model.
public struct EmbeddingCounts: Sendable, Equatable {
    public let all: Int
    public let embedded: Int

    public init(all: Int, embedded: Int) {
        self.all = all
        self.embedded = embedded
    }
}
