import Randomness
public import Statistics

/// How often registries name pictures rightly if characters are enrolled with pictures of two appearances.
public struct AppearanceEvaluation: Sendable, Equatable {
    /// What registries are drawn.
    public struct Setting: Sendable, Equatable {
        /// The number of characters enrolled, at most.
        public let characters: Int
        /// The number of pictures of each appearance that a character is enrolled with; the second may be 0.
        public let first, second: Int

        public init(characters: Int, first: Int, second: Int) {
            (self.characters, self.first, self.second) = (characters, first, second)
        }
    }

    /// The share of pictures whose likeliest character is their own.
    public let right: Estimate
    /// The share of pictures that are named rightly, at the threshold that names the allowed share of these registries' strangers.
    public let namedRightly: Estimate
    /// The same for the pictures of the appearance that is enrolled with fewer pictures; for all if there is none.
    public let rareNamedRightly: Estimate
    /// The mean number of a character's appearances.
    public let appearances: Double
    /// The number of characters to draw from.
    public let characters: Int

    /// The pictures of each appearance that are asked about.
    private static let queries = 3

    /// Draws registries, and asks about three further pictures of each appearance of their characters, each once of the registry without its
    /// character.
    /// - Parameters:
    ///   - embeddings: for each character, the embeddings of its pictures of both appearances.
    ///   - grouping: finds the characters' appearances; nil for one mean each.
    ///   - draws: how many registries; at least two, because an interval needs two. The same seed gives the same registries.
    /// - Throws: ``DataSetError`` if fewer than four characters have enough pictures.
    public init(
        _ embeddings: [(first: [[Float]], second: [[Float]])], rule: DecisionRule, grouping: TwoCovariance?,
        _ setting: Setting, falseAccepts allowed: Double, draws: Int, seed: UInt64
    ) throws(DataSetError) {
        precondition(draws >= 2, "an interval needs two draws")
        let wanted = [setting.first, setting.second]
        let pool = embeddings.map { [$0.first, $0.second] }.filter { pictures in
            zip(pictures, wanted).allSatisfy { $1 == 0 || $0.count >= $1 + Self.queries }
        }
        guard pool.count >= 4 else {
            throw DataSetError(
                "appearances are measured on four characters with \(setting.first + Self.queries) and \(setting.second == 0 ? 0 : setting.second + Self.queries) pictures; \(pool.count) of \(embeddings.count) have so many"
            )
        }
        let isRare = wanted.map { $0 > 0 && $0 == wanted.filter { $0 > 0 }.min() }
        var random = SplitMix64(seed: seed, 0x61707065)
        var (answers, groups): ([[(answer: DecisionQuestion.Answer, isRare: Bool)]], [Double]) = ([], [])
        for _ in 0..<draws {
            var (support, asked, rare): ([[[Float]]], [[[Float]]], [Bool]) = ([], [], [])
            for character in pool.shuffled(using: &random).prefix(setting.characters) {
                var (enrolled, others): ([[Float]], [[Float]]) = ([], [])
                for (place, pictures) in character.enumerated() where wanted[place] > 0 {
                    let order = pictures.shuffled(using: &random)
                    enrolled += order.prefix(wanted[place])
                    others += order.dropFirst(wanted[place]).prefix(Self.queries)
                    rare += [Bool](repeating: isRare[place], count: Self.queries)
                }
                support.append(enrolled)
                asked.append(others)
            }
            let means = CharacterMeans(support, grouping: grouping)
            groups.append(means.appearancesOfOne)
            answers.append(
                zip(DecisionQuestion.asking(asked, of: means), rare).map { ($0.answer(rule.covariance), $1) })
        }
        let strangers = answers.flatMap { $0.map(\.answer.strangerBest) }.sorted(by: >)
        let threshold = strangers[min(Int(allowed * Double(strangers.count)), strangers.count - 1)]
        func rate(onlyRare: Bool, _ holds: (DecisionQuestion.Answer) -> Bool) -> Estimate {
            Estimate(
                rates: answers.map { draw in
                    let counted = draw.filter { $0.isRare || !onlyRare }
                    return Double(counted.count { holds($0.answer) }) / Double(counted.count)
                })
        }
        right = rate(onlyRare: false) { $0.isRight }
        namedRightly = rate(onlyRare: false) { $0.isRight && $0.best > threshold }
        rareNamedRightly = rate(onlyRare: true) { $0.isRight && $0.best > threshold }
        appearances = groups.reduce(0, +) / Double(draws)
        characters = pool.count
    }
}
