public import Statistics

/// A head's answers for pictures of its own support. Each picture gets its answer from a fit without it.
///
/// There are up to five rounds, and each leaves out every fifth picture of a class. So a class with at most five pictures loses one at a
/// time.
public struct HeadAnswers: Sendable {
    private static let rounds = 5

    /// The answer for each picture asked about: the index of a class among the supports.
    public let labels: [Int]

    /// - Parameters:
    ///   - support: for each class, at least one embedding, all of one width.
    ///   - asked: pictures of classes with at least two, by the index of the class and their index in it.
    ///   - covariance: gives the probabilities of ``HeadKind/posterior``.
    ///   - grouping: the model's own, which finds appearances; nil for one mean each.
    ///   - answered: called after each picture.
    /// - Throws: ``DataSetError`` if there is more than ``HeadKind/checkLimits(sizes:width:)`` allows; what `answered` throws.
    public init(
        _ kind: HeadKind, support: [[[Float]]], asked: [(label: Int, picture: Int)],
        covariance: TwoCovariance = .typical, grouping: TwoCovariance? = nil,
        answered: () throws(DataSetError) -> Void = {}
    ) throws(DataSetError) {
        guard let width = support.first?.first?.count else {
            labels = []
            return
        }
        try kind.checkLimits(sizes: support.map(\.count), width: width)
        var labels = [Int](repeating: 0, count: asked.count)
        for round in 0..<Self.rounds {
            let questions = asked.indices.filter { asked[$0].picture % Self.rounds == round }
            guard !questions.isEmpty else { continue }
            let left = support.map { pictures in
                pictures.count < 2
                    ? pictures : pictures.indices.filter { $0 % Self.rounds != round }.map { pictures[$0] }
            }
            let means = MeanHead(support: left).prototypes
            let head = kind.fit(
                left, baseMean: MeanHead(support: [means]).prototypes[0], covariance: covariance, grouping: grouping)
            for index in questions {
                labels[index] = head.nearest(to: support[asked[index].label][asked[index].picture]).index
                try answered()
            }
        }
        self.labels = labels
    }
}
