import FewShot
import Statistics

/// Classification by the nearest prototype, over several draws of the prototypes' pictures. Embeddings are computed once.
struct PrototypeTrial: Sendable {
    /// For each class, the embeddings of its drawn pictures in the order of the draw.
    typealias Draw = [[[Float]]]

    struct Query: Sendable {
        let label: Int
        let embedding: [Float]
    }

    /// For each draw and each query, whether the right class was the nearest, and among the nearest five.
    private var right: [(top1: [Bool], top5: [Bool])] = []

    /// - Parameters:
    ///   - draws: at least two, each with enough pictures for the shots. A class without pictures is never the answer.
    ///   - queries: at least one.
    init(_ draws: [Draw], shots: Int, queries: [Query]) async {
        precondition(draws.count >= 2 && !queries.isEmpty, "a mean over draws needs two draws and a query")
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

    /// The mean over a table of draws × queries. Its squared error is the variance of the draws' means divided by the number of draws, plus
    /// the variance of the queries' means divided by the number of queries. The interval is Wilson's for the number of independent answers
    /// that have this error, but at most for the number of queries.
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
