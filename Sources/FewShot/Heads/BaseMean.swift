/// The mean embedding of a data set without some of its classes. The sums of the classes are computed once.
struct BaseMean: Sendable {
    /// For each class, the sum of its embeddings.
    private let sums: [[Double]]
    private let counts: [Int]

    /// - Parameter embeddings: for each class, the embeddings of its pictures.
    init(_ embeddings: [[[Float]]]) {
        let width = embeddings.first { !$0.isEmpty }?[0].count ?? 0
        sums = embeddings.map { vectors in
            var sum = [Double](repeating: 0, count: width)
            for vector in vectors {
                for index in sum.indices { sum[index] += Double(vector[index]) }
            }
            return sum
        }
        counts = embeddings.map(\.count)
    }

    /// The mean of all pictures of the other classes; nil if they have none.
    func excluding(_ classes: [Int]) -> [Float]? {
        let others = sums.indices.filter { !classes.contains($0) }
        let count = others.reduce(0) { $0 + counts[$1] }
        guard count > 0 else { return nil }
        var total = [Double](repeating: 0, count: sums[0].count)
        for other in others {
            for index in total.indices { total[index] += sums[other][index] }
        }
        return total.map { Float($0 / Double(count)) }
    }
}
