import Registry
import Timing

/// How long a search takes, and how often its first answer is the nearest prototype.
package struct SearchBenchmark: Encodable {
    /// What the prototypes, which all have length 1, and the queries are like.
    package enum Arrangement: String, CaseIterable, Sendable {
        /// Prototypes in random directions, and queries in directions of their own: codes tell them apart as badly as they ever do.
        case unstructured
        /// Prototypes in a thousand clusters, and queries near one of them.
        case clustered
    }

    package let prototypes: Int
    package let width: Int
    package let data: String
    package let queries: Int
    /// The median of the queries, one at a time.
    package let milliseconds: Double
    /// The share of the queries whose nearest prototype came first.
    package let recallAt1: Double
    /// The share of the queries' five nearest prototypes that were among the five.
    package let recallAt5: Double
    /// The median of comparisons with every prototype, one query at a time.
    package let exactMilliseconds: Double
    /// At which these read the prototypes.
    package let exactGigabytesPerSecond: Double

    private enum CodingKeys: String, CodingKey {
        case prototypes, width, data, queries, milliseconds
        case recallAt1 = "recall_at_1"
        case recallAt5 = "recall_at_5"
        case exactMilliseconds = "exact_milliseconds"
        case exactGigabytesPerSecond = "exact_gigabytes_per_second"
    }

    private static let top = 5
    private static let exactRuns = 15
    /// Queries compared with all prototypes at once.
    private static let batch = 32

    /// - Throws: `RegistryError`.
    package init(prototypes: Int, width: Int, _ data: Arrangement, queries count: Int) throws {
        let trial = SearchTrial(prototypes: prototypes, width: width, data)
        let prototypeSearch = trial.search
        let queries = (0..<count).map(trial.query)
        func search(_ queries: [[Float]], comparingAll: Bool) throws -> [[Int64]] {
            try prototypeSearch.nearest(queries, top: Self.top, comparingAll: comparingAll).map {
                $0.map(\.characterID)
            }
        }
        func median(_ queries: [[Float]], comparingAll: Bool) throws -> (milliseconds: Double, answers: [[Int64]]) {
            var times: [Double] = []
            var answers: [[Int64]] = []
            for query in queries {
                times.append(
                    try ContinuousClock().measure { answers += try search([query], comparingAll: comparingAll) }.seconds
                )
            }
            return (times.median * 1e3, answers)
        }
        _ = try search([queries[0]], comparingAll: false)
        let found = try median(queries, comparingAll: false)
        let exact = try median((0..<Self.exactRuns).map { queries[$0 % count] }, comparingAll: true)
        var (first, first5) = (0, 0)
        for start in stride(from: 0, to: count, by: Self.batch) {
            let batch = start..<min(count, start + Self.batch)
            for (found, nearest) in zip(found.answers[batch], try search(Array(queries[batch]), comparingAll: true)) {
                first += found.first == nearest.first ? 1 : 0
                first5 += Set(found).intersection(nearest).count
            }
        }
        self.prototypes = prototypes
        self.width = width
        self.data = data.rawValue
        self.queries = count
        milliseconds = found.milliseconds
        recallAt1 = Double(first) / Double(count)
        recallAt5 = Double(first5) / Double(count * min(Self.top, prototypes))
        exactMilliseconds = exact.milliseconds
        exactGigabytesPerSecond = Double(prototypes * width * 4) / exact.milliseconds / 1e6
    }
}
