import Foundation
import Randomness
public import Statistics

extension TwoCovariance {
    /// How far a fit may lie from its prior without cost: the standard deviation of each value's logarithm.
    private static let freedom = 0.3

    /// The model under which the right answers to questions are most probable. A picture of an enrolled character and a stranger's count
    /// equally.
    ///
    /// The variances that make the answers most probable are not those of the embeddings: the fit also makes up for what the model leaves
    /// out.
    /// - Parameters:
    ///   - questions: at least one.
    ///   - prior: what a fit on few questions stays near to; nil to go by the questions alone.
    public static func fit(_ questions: [DecisionQuestion], prior: TwoCovariance?) -> TwoCovariance {
        let start = prior ?? .typical
        let origin = [start.between, start.within, start.dimensions].map(log)
        let found = NelderMead.minimum(from: origin, step: 0.2, evaluations: 240) { point in
            guard point.allSatisfy({ abs($0) < 20 }) else { return .infinity }
            let penalty = zip(point, origin).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            return loss(questions, TwoCovariance(logarithms: point))
                + (prior == nil ? 0 : penalty / (2 * freedom * freedom))
        }
        return TwoCovariance(logarithms: found)
    }

    private init(logarithms: [Double]) {
        self.init(between: exp(logarithms[0]), within: exp(logarithms[1]), dimensions: exp(logarithms[2]))
    }

    /// The sum over the questions of the mean negative log probability of both right answers.
    private static func loss(_ questions: [DecisionQuestion], _ model: TwoCovariance) -> Double {
        var known: [Double: Terms] = [:]
        func terms(_ count: Double) -> Terms {
            if let found = known[count] { return found }
            let new = model.terms(count: count)
            known[count] = new
            return new
        }
        return questions.reduce(0) { sum, question in
            let answer = question.answer(terms)
            return sum - (log(max(answer.own, 1e-300)) + log(max(answer.stranger, 1e-300))) / 2
        }
    }
}

extension DecisionRule {
    /// The numbers of pictures that characters are enrolled with in the draws that a model's rule is fitted on: all of one number, or
    /// unevenly.
    public static let shots = [[1], [2], [3], [5], [10], [1, 2, 3, 5, 10]]

    /// Fits a model's rule on characters that the network did not train on.
    ///
    /// Draws up to twenty characters again and again, enrolls them with one of the numbers of pictures in ``shots``, and asks about up to
    /// three others of each.
    /// - Parameters:
    ///   - embeddings: for each class, the embeddings of its pictures.
    ///   - draws: for each of the ``shots``.
    /// - Throws: ``DataSetError`` if fewer than four classes have two pictures.
    public static func fit(
        _ embeddings: [[[Float]]], draws: Int = 12, seed: UInt64
    ) throws(DataSetError) -> DecisionRule {
        // Appearances are found by the rule that is sought, so there are none yet.
        var sampler = try RegistrySampler(embeddings, grouping: nil, seed: seed)
        var questions: [DecisionQuestion] = []
        for shots in Self.shots {
            for _ in 0..<draws { questions += sampler.draw(characters: 20, shots: shots, queries: 3).questions }
        }
        let covariance = TwoCovariance.fit(questions, prior: nil)
        return DecisionRule(
            covariance: covariance, curve: curve(of: questions.map { $0.answer(covariance).strangerBest }))
    }
}

/// Draws registries from a data set: characters with some of their pictures enrolled, and others asked about.
struct RegistrySampler {
    struct Draw {
        let support: [[[Float]]]
        let questions: [DecisionQuestion]
    }

    private let embeddings: [[[Float]]]
    private let grouping: TwoCovariance?
    private var random: SplitMix64

    /// - Parameter grouping: finds the characters' appearances; nil for one mean each.
    /// - Throws: ``DataSetError`` if fewer than four classes have two pictures.
    init(_ embeddings: [[[Float]]], grouping: TwoCovariance?, seed: UInt64) throws(DataSetError) {
        let eligible = embeddings.filter { $0.count > 1 }
        guard eligible.count >= 4 else {
            throw DataSetError(
                "a decision rule needs four characters with two pictures each to fit on; \(eligible.count) of \(embeddings.count) have so many"
            )
        }
        (self.embeddings, self.grouping) = (eligible, grouping)
        random = SplitMix64(seed: seed, 0x64656369)
    }

    /// - Parameters:
    ///   - characters: at most so many are enrolled.
    ///   - shots: the numbers of pictures to enroll, one of them at random for each character; fewer if it has too few.
    ///   - queries: at most so many further pictures of each are asked about.
    mutating func draw(characters: Int, shots: [Int], queries: Int) -> Draw {
        let most = shots.max() ?? 1
        // Characters with enough pictures, if there are at least four; otherwise all.
        let enough = embeddings.indices.filter { embeddings[$0].count > most }
        let pool = enough.count >= 4 ? enough : Array(embeddings.indices)
        let chosen = pool.shuffled(using: &random).prefix(characters)
        var (support, asked): ([[[Float]]], [[[Float]]]) = ([], [])
        for label in chosen {
            let order = embeddings[label].indices.shuffled(using: &random)
            let count = min(random.pick(shots), order.count - 1)
            support.append(order.prefix(count).map { embeddings[label][$0] })
            asked.append(order.dropFirst(count).prefix(queries).map { embeddings[label][$0] })
        }
        return Draw(
            support: support,
            questions: DecisionQuestion.asking(asked, of: CharacterMeans(support, grouping: grouping)))
    }
}
