import Foundation

/// The temperature at which a head is as sure of itself, on average, as the mean head is at the temperature it was calibrated at.
///
/// Calibrating on the enrolled pictures themselves would find nearly every answer right, and claim certainty. The model's own
/// temperature was fitted on many characters, so it is carried over instead: both heads are asked the same pictures, and T is
/// where the mean of the nearest's probability is the same. A head whose distances are the mean's gets the mean's temperature.
///
/// The pictures asked are left out of the fits that are asked: one of each character with three or more, so that no class is
/// left with a lone one, which would change what a head is; in up to five rounds where few characters have so many. Where none
/// has, the supports themselves are asked, of both heads alike.
enum MatchedTemperature {
    /// Supports, and pictures to ask whoever is fitted on them.
    struct Round {
        var support: [[[Float]]]
        var questions: [[Float]]
    }

    /// Rounds are added until there are so many questions, and a round has no more than `most`.
    private static let enough = 128
    private static let most = 256
    private static let maximumRounds = 5
    /// log T lies between.
    private static let logarithms = -14.0...14.0

    /// - Parameters:
    ///   - support: for each class, its support embeddings, at least one, all of one width.
    ///   - reference: the mean head's temperature.
    ///   - head: fits the head on supports.
    static func fit(_ support: [[[Float]]], reference: Double, head: ([[[Float]]]) -> any Head) -> Double {
        // One class is certain at any temperature.
        guard support.count > 1 else { return reference }
        var (means, others): ([[Double]], [[Double]]) = ([], [])
        for round in rounds(of: support) {
            let (mean, other) = (MeanHead(support: round.support), head(round.support))
            for question in round.questions {
                means.append(mean.distances(to: question).map(Double.init))
                others.append(other.distances(to: question).map(Double.init))
            }
        }
        return matching(confidence(means, reference), others)
    }

    /// The temperature at which the mean of the nearest class's probability is `wanted`.
    /// - Parameter questions: for each, the distances to all classes.
    static func matching(_ wanted: Double, _ questions: [[Double]]) -> Double {
        var (low, high) = (logarithms.lowerBound, logarithms.upperBound)
        // Confidence falls as the temperature rises.
        while high - low > 1e-6 {
            let middle = (low + high) / 2
            if confidence(questions, exp(middle)) > wanted { low = middle } else { high = middle }
        }
        return exp((low + high) / 2)
    }

    static func rounds(of support: [[[Float]]]) -> [Round] {
        let eligible = support.indices.filter { support[$0].count > 2 }
        guard !eligible.isEmpty else {
            return [Round(support: support, questions: support.flatMap(\.self).spread(atMost: most))]
        }
        let asked = eligible.spread(atMost: most)
        return (0..<min(maximumRounds, (enough + asked.count - 1) / asked.count)).compactMap { number in
            var round = Round(support: support, questions: [])
            for index in asked where support[index].count > number {
                round.questions.append(round.support[index].remove(at: number))
            }
            return round.questions.isEmpty ? nil : round
        }
    }

    /// The mean of the nearest class's probability.
    private static func confidence(_ questions: [[Double]], _ temperature: Double) -> Double {
        questions.reduce(0) { $0 + 1 / $1.softmaxTotal(temperature: temperature) } / Double(questions.count)
    }
}
