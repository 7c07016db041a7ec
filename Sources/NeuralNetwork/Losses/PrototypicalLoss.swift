/// The loss of a prototypical network (Snell et al., arXiv:1703.05175) with easyfsl's distance: a class's prototype is the mean of
/// its support features, a query's logits are the negative Euclidean distances (not squared) to them, and the loss is their
/// cross-entropy over the queries. The paper's section 2.5.
public enum PrototypicalLoss {
    public struct Result: Sendable {
        /// The mean over the queries, in nats.
        public let loss: Double
        /// Like the support features: of the loss with respect to them.
        public let supportGradient: [Float]
        /// Like the query features.
        public let queryGradient: [Float]
        /// How many queries are nearest to their own prototype. Of prototypes at the same distance the first counts as the nearest.
        public let correct: Int

        public init(loss: Double, supportGradient: [Float], queryGradient: [Float], correct: Int) {
            (self.loss, self.supportGradient) = (loss, supportGradient)
            (self.queryGradient, self.correct) = (queryGradient, correct)
        }
    }

    /// - Parameters:
    ///   - support: S × D features, row-major.
    ///   - supportLabels: S numbers from 0; every class up to the largest has at least one.
    ///   - query: Q × D features.
    ///   - queryLabels: Q numbers of the same classes.
    ///   - counted: by support, whether it goes into its class's mean; nil counts all. Of each class one must be.
    public static func evaluate(
        support: [Float], supportLabels: [Int], query: [Float], queryLabels: [Int], counted: [Bool]? = nil
    ) -> Result {
        precondition(
            !supportLabels.isEmpty && support.count % supportLabels.count == 0, "support and its labels differ")
        let width = support.count / supportLabels.count
        precondition(query.count == width * queryLabels.count, "\(query.count) query values are not of width \(width)")
        let way = (supportLabels.max() ?? 0) + 1
        var shots = [Int](repeating: 0, count: way)
        var prototypes = [Double](repeating: 0, count: way * width)
        for (row, label) in supportLabels.enumerated() where counted?[row] ?? true {
            shots[label] += 1
            for column in 0..<width { prototypes[label * width + column] += Double(support[row * width + column]) }
        }
        precondition(!shots.contains(0), "a class of the episode has no support")
        for index in prototypes.indices { prototypes[index] /= Double(shots[index / width]) }

        var logits: [Double] = []
        for row in queryLabels.indices {
            for label in 0..<way {
                var sum = 0.0
                for column in 0..<width {
                    let difference = Double(query[row * width + column]) - prototypes[label * width + column]
                    sum += difference * difference
                }
                logits.append(-sum.squareRoot())
            }
        }
        let entropy = CrossEntropy().evaluate(logits, labels: queryLabels)

        var prototypeGradient = [Double](repeating: 0, count: way * width)
        var queryGradient = [Double](repeating: 0, count: query.count)
        for row in queryLabels.indices {
            for label in 0..<way where logits[row * way + label] != 0 {
                // d(−‖q − p‖)/dq = −(q − p)/‖q − p‖; where the distance is zero, zero, as in PyTorch.
                let factor = entropy.gradient[row * way + label] / logits[row * way + label]
                for column in 0..<width {
                    let difference = Double(query[row * width + column]) - prototypes[label * width + column]
                    queryGradient[row * width + column] += factor * difference
                    prototypeGradient[label * width + column] -= factor * difference
                }
            }
        }
        var supportGradient = [Float](repeating: 0, count: support.count)
        for (row, label) in supportLabels.enumerated() where counted?[row] ?? true {
            for column in 0..<width {
                supportGradient[row * width + column] = Float(
                    prototypeGradient[label * width + column] / Double(shots[label]))
            }
        }
        return Result(
            loss: entropy.loss, supportGradient: supportGradient, queryGradient: queryGradient.map { Float($0) },
            correct: entropy.correct)
    }
}
