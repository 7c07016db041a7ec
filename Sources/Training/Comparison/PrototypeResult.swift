import FewShot
public import Statistics

/// How well prototypes of a few training pictures tell the test pictures that trained classifiers are measured on.
public struct PrototypeResult: Sendable, Codable, Equatable {
    /// The name of the model that embeds.
    public let model: String
    /// How many training pictures made a prototype; all of a class's where it has fewer.
    public let shots: Int
    /// How often they were drawn.
    public let draws: Int
    /// Means over the draws; the intervals allow for the pictures drawn and for the pictures asked.
    public let top1, top5: Estimate
    /// Median milliseconds for one picture that lies in memory, as an embedding and told by its distances.
    public let milliseconds: Double
    /// The numbers in the model's file.
    public let parameters: Int

    public init(
        model: String, shots: Int, draws: Int, top1: Estimate, top5: Estimate,
        milliseconds: Double, parameters: Int
    ) {
        (self.model, self.shots, self.draws) = (model, shots, draws)
        (self.top1, self.top5, self.milliseconds, self.parameters) = (top1, top5, milliseconds, parameters)
    }
}

/// Nearest prototypes on embeddings computed once, over several draws of the pictures that make them.
struct PrototypeTrial: Sendable {
    /// For each class, the embeddings of the pictures that a draw takes from, drawn first to last.
    typealias Draw = [[[Float]]]

    struct Query: Sendable {
        let label: Int
        let embedding: [Float]
    }

    /// For each draw and each query, whether the right class was the nearest, and among the nearest five.
    private var right: [(top1: [Bool], top5: [Bool])] = []

    /// - Parameters:
    ///   - draws: two at least, each with enough pictures for the shots; a class without any is never told.
    ///   - queries: one at least.
    init(_ draws: [Draw], shots: Int, queries: [Query]) async {
        precondition(draws.count >= 2 && !queries.isEmpty, "a mean over draws needs two, and something to ask")
        right = await withTaskGroup(of: (Int, ([Bool], [Bool])).self) { group in
            for (index, draw) in draws.enumerated() {
                group.addTask { (index, Self.answers(draw.map { Array($0.prefix(shots)) }, queries)) }
            }
            var all = [([Bool], [Bool])](repeating: ([], []), count: draws.count)
            for await (index, answers) in group { all[index] = answers }
            return all
        }
    }

    private static func answers(_ support: Draw, _ queries: [Query]) -> ([Bool], [Bool]) {
        let known = support.indices.filter { !support[$0].isEmpty }
        let head = MeanHead(support: known.map { support[$0] })
        let ranks = queries.map { query -> Int in
            guard let place = known.firstIndex(of: query.label) else { return .max }
            let distances = head.distances(to: query.embedding)
            return distances.indices.count { (distances[$0], $0) < (distances[place], place) }
        }
        return (ranks.map { $0 < 1 }, ranks.map { $0 < 5 })
    }

    var top1: Estimate { Self.share(right.map(\.top1)) }
    var top5: Estimate { Self.share(right.map(\.top5)) }

    /// The mean over a table of draws × queries. Its squared error is the variance over the draws' means, divided by their number, plus that
    /// over the queries' means, divided by theirs; the interval is Wilson's for as many independent answers as have that error, and never
    /// for more than there are queries.
    private static func share(_ table: [[Bool]]) -> Estimate {
        let (draws, queries) = (table.count, table[0].count)
        let byDraw = table.map { Double($0.count { $0 }) / Double(queries) }
        let byQuery = (0..<queries).map { query in Double(table.count { $0[query] }) / Double(draws) }
        let mean = byDraw.reduce(0, +) / Double(draws)
        func errorSquared(_ means: [Double]) -> Double {
            guard means.count > 1 else { return 0 }
            let sum = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            return sum / Double(means.count - 1) / Double(means.count)
        }
        let error = errorSquared(byDraw) + errorSquared(byQuery)
        let count = error > 0 ? min(Double(queries), mean * (1 - mean) / error) : Double(queries)
        return Estimate(share: mean, of: count)
    }
}
