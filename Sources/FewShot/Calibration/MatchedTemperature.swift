import Foundation

/// The temperature at which a head is as confident, on average, as the calibrated mean head.
///
/// A calibration on the enrolled pictures themselves would find nearly every answer right and make the head certain. The model's own
/// temperature was fitted on many characters, so it is carried over instead: both heads answer for the same pictures, and T is the
/// temperature at which the mean probability of the nearest class is the same. A head with the mean's distances gets its temperature.
///
/// The pictures asked about are left out of the fits: one of each character with three or more, so that no class is left with a single
/// picture, which would change the head. If few characters have three pictures, this is repeated in up to five rounds. If none has, both
/// heads answer for the supports themselves.
enum MatchedTemperature {
    /// Supports to fit on, and pictures to ask about.
    struct Round {
        var support: [[[Float]]]
        var questions: [[Float]]
    }

    /// Rounds are added until there are this many questions. A round has at most `most`.
    private static let enough = 128
    private static let most = 256
    private static let maximumRounds = 5
    /// The range of log T.
    private static let logarithms = -14.0...14.0

    /// - Parameters:
    ///   - support: for each class, at least one support embedding, all of one width.
    ///   - reference: the mean head's temperature.
    ///   - head: fits the head on supports.
    static func fit(_ support: [[[Float]]], reference: Double, head: ([[[Float]]]) -> any Head) -> Double {
        // A single class is certain at any temperature.
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

    /// The temperature at which the mean probability of the nearest class is `wanted`.
    /// - Parameter questions: for each question, the distances to all classes.
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

    /// The mean probability of the nearest class.
    private static func confidence(_ questions: [[Double]], _ temperature: Double) -> Double {
        questions.reduce(0) { $0 + 1 / $1.softmaxTotal(temperature: temperature) } / Double(questions.count)
    }
}
