import Foundation
import Randomness
public import Statistics

/// The temperature T of the softmax over −distance / T, fitted so that a probability says how often it is right (Guo et al., "On
/// Calibration of Modern Neural Networks", arXiv:1706.04599, section 4.2), on characters that are known to the fitting alone. One half of the draws
/// gives the temperature, the other the error.
public struct Temperature: Sendable, Equatable {
    public let value: Double
    /// The expected calibration error at this temperature: how far, on average, the nearest prototype's probability lies from
    /// how often it is right, in 15 bins of equal width.
    public let calibrationError: Estimate
    /// The same at temperature 1.
    public let uncalibratedError: Estimate
    /// How many characters were enrolled in each draw.
    public let way: Int

    /// One asked picture: the distances to all prototypes, and the index of the right one.
    private struct Question {
        let distances: [Double]
        let right: Int
    }

    private static let bins = 15
    /// T lies between e⁻⁷ and e³; the loss has one minimum there.
    private static let logarithms = -7.0...3.0

    /// Draws up to twenty characters again and again, enrols each with `shot` pictures and asks about ten others.
    /// - Throws: ``DataSetError`` when fewer than two classes have enough pictures.
    public static func fit(
        _ embeddings: [[[Float]]], shot: Int = 5, query: Int = 10, draws: Int = 50, seed: UInt64
    ) throws(DataSetError) -> Temperature {
        let eligible = embeddings.count { $0.count >= shot + query }
        let way = max(2, min(20, eligible))
        var sampler = try EpisodeSampler(
            sizes: embeddings.map(\.count), way: way, shot: shot, query: query, seed: seed)
        let questions = (0..<max(draws, 4)).map { _ in ask(sampler.next(), embeddings) }
        let (fitting, judging) = (questions[..<(questions.count / 2)], Array(questions[(questions.count / 2)...]))
        let value = fitted(to: fitting.flatMap(\.self))
        return Temperature(
            value: value, calibrationError: estimate(judging, value, seed),
            uncalibratedError: estimate(judging, 1, seed),
            way: way)
    }

    /// The temperature of answers that are there already.
    /// - Parameters:
    ///   - distances: for each question those to all classes; logits with their signs turned are such distances.
    ///   - right: for each question its class.
    public static func value(distances: [[Double]], right: [Int]) -> Double {
        fitted(to: zip(distances, right).map(Question.init))
    }

    /// The expected calibration error of such answers, in `bins` bins of equal width.
    public static func calibrationError(distances: [[Double]], right: [Int], temperature: Double, bins: Int) -> Double {
        error(zip(distances, right).map(Question.init), temperature, bins: bins)
    }

    private static func fitted(to questions: [Question]) -> Double { exp(minimum { loss(questions, exp($0)) }) }

    private static func ask(_ episode: EpisodeSampler.Episode, _ embeddings: [[[Float]]]) -> [Question] {
        let head = MeanHead(
            support: zip(episode.classes, episode.support).map { label, images in images.map { embeddings[label][$0] } }
        )
        return episode.classes.indices.flatMap { index in
            episode.query[index].map { image in
                Question(
                    distances: head.distances(to: embeddings[episode.classes[index]][image]).map(Double.init),
                    right: index)
            }
        }
    }

    /// The mean negative logarithm of the right character's probability.
    private static func loss(_ questions: [Question], _ temperature: Double) -> Double {
        questions.reduce(0) { sum, question in
            let nearest = question.distances.min() ?? 0
            return sum + log(question.distances.softmaxTotal(temperature: temperature))
                - (nearest - question.distances[question.right]) / temperature
        } / Double(questions.count)
    }

    /// The place of a function's only minimum between the bounds, by golden sections.
    private static func minimum(_ function: (Double) -> Double) -> Double {
        let golden = (5.0.squareRoot() - 1) / 2
        var (low, high) = (logarithms.lowerBound, logarithms.upperBound)
        var (left, right) = (high - golden * (high - low), low + golden * (high - low))
        var (leftValue, rightValue) = (function(left), function(right))
        while high - low > 1e-4 {
            if leftValue < rightValue {
                (high, right, rightValue) = (right, left, leftValue)
                left = high - golden * (high - low)
                leftValue = function(left)
            } else {
                (low, left, leftValue) = (left, right, rightValue)
                right = low + golden * (high - low)
                rightValue = function(right)
            }
        }
        return (low + high) / 2
    }

    /// The error over all draws, its interval by the bootstrap over draws: the middle 95 % of 200 resamplings (the error of a single
    /// draw is no unbiased measure of that of all).
    private static func estimate(_ draws: [[Question]], _ temperature: Double, _ seed: UInt64) -> Estimate {
        var random = SplitMix64(seed: seed, 0x626f6f74)
        let resampled = (0..<200).map { _ in
            error(draws.indices.flatMap { _ in random.pick(draws) }, temperature)
        }.sorted()
        return Estimate(mean: error(draws.flatMap(\.self), temperature), interval: resampled[4]...resampled[195])
    }

    private static func error(_ questions: [Question], _ temperature: Double, bins: Int = bins) -> Double {
        var binned = [(count: Int, right: Double, claimed: Double)](repeating: (0, 0, 0), count: bins)
        for question in questions {
            guard let nearest = question.distances.min() else { continue }
            let claimed = 1 / question.distances.softmaxTotal(temperature: temperature)
            let bin = min(Int(claimed * Double(bins)), bins - 1)
            binned[bin].count += 1
            binned[bin].right += question.distances[question.right] == nearest ? 1 : 0
            binned[bin].claimed += claimed
        }
        return binned.reduce(0) { $0 + abs($1.right - $1.claimed) } / Double(questions.count)
    }
}
