public import Statistics

/// How often registries of some size name pictures rightly, and strangers' pictures not at all, by a decision rule.
public struct DecisionEvaluation: Sendable, Equatable {
    /// What registries are drawn.
    public struct Setting: Sendable, Equatable {
        /// The number of characters enrolled.
        public let characters: Int
        /// The numbers of pictures that a character is enrolled with, one of them at random for each.
        public let shots: [Int]

        public init(characters: Int, shots: [Int]) { (self.characters, self.shots) = (characters, shots) }
    }

    /// The share of enrolled characters' pictures that are named rightly.
    public let namedRightly: Estimate
    /// The share of them that are named as somebody else.
    public let namedWrongly: Estimate
    /// The share of strangers' pictures that are named.
    public let falseAccepts: Estimate
    /// The expected calibration error of the likeliest character's probability in 15 bins, half of the pictures being strangers'.
    public let calibrationError: Double
    /// The most characters enrolled in a draw.
    public let characters: Int

    /// The pictures of one draw that are asked about, at most, of each character.
    private static let queries = 5

    /// Draws registries, and asks about further pictures of their characters, each once of the registry without its character.
    /// - Parameters:
    ///   - embeddings: for each class, the embeddings of its pictures.
    ///   - grouping: finds the characters' appearances; nil for one mean each.
    ///   - falseAccepts: the share of strangers that may be named.
    ///   - calibrates: whether each registry is first calibrated on its own pictures, as the daemon does it.
    ///   - draws: how many registries; at least two, because an interval needs two.
    /// - Throws: ``DataSetError`` if fewer than four classes have two pictures.
    public init(
        _ embeddings: [[[Float]]], rule: DecisionRule, grouping: TwoCovariance?, falseAccepts allowed: Double,
        _ setting: Setting, calibrates: Bool, draws: Int, seed: UInt64
    ) throws(DataSetError) {
        var sampler = try RegistrySampler(embeddings, grouping: grouping, seed: seed)
        var rates: (right: [Double], wrong: [Double], strangers: [Double]) = ([], [], [])
        var claims: [(confidence: Double, isRight: Bool)] = []
        var most = 0
        for _ in 0..<draws {
            let draw = sampler.draw(characters: setting.characters, shots: setting.shots, queries: Self.queries)
            guard !draw.questions.isEmpty else { continue }
            let fitted = calibrates ? Self.calibrated(draw.support, rule, grouping) : rule
            let threshold = fitted.threshold(falseAccepts: allowed)
            let answers = draw.questions.map { $0.answer(fitted.covariance) }
            func rate(_ holds: (DecisionQuestion.Answer) -> Bool) -> Double {
                Double(answers.count(where: holds)) / Double(answers.count)
            }
            rates.right.append(rate { $0.best >= threshold && $0.isRight })
            rates.wrong.append(rate { $0.best >= threshold && !$0.isRight })
            rates.strangers.append(rate { $0.strangerBest >= threshold })
            claims += answers.flatMap { [($0.best, $0.isRight), ($0.strangerBest, false)] }
            most = max(most, draw.support.count)
        }
        guard rates.right.count >= 2 else {
            throw DataSetError("the characters have too few pictures: no picture is left to ask about")
        }
        namedRightly = Estimate(rates: rates.right)
        namedWrongly = Estimate(rates: rates.wrong)
        falseAccepts = Estimate(rates: rates.strangers)
        calibrationError = expectedCalibrationError(claims, bins: 15)
        characters = most
    }

    /// The rule after a calibration on a registry's own pictures; the same rule if fewer than two characters have two.
    private static func calibrated(_ support: [[[Float]]], _ rule: DecisionRule, _ grouping: TwoCovariance?)
        -> DecisionRule
    {
        let questions = DecisionQuestion.leavingOneOut(support, grouping: grouping, atMost: 4)
        guard Set(questions.map(\.character)).count >= 2 else { return rule }
        return RegistryCalibration.rule(questions, rule)
    }
}
