/// Whom a head names for pictures of its own support: each is asked of a head that was fitted without it.
///
/// Pictures leave in up to five rounds, every fifth of a class in one: a class of five or fewer loses one at a time.
public struct HeadAnswers: Sendable {
    private static let rounds = 5

    /// The class named for each picture asked, by its place among the supports.
    public let labels: [Int]

    /// - Parameters:
    ///   - support: for each class, its embeddings, at least one, all of one width.
    ///   - asked: pictures of classes that have two at least, by the class's place and their own in the class.
    ///   - answered: called after each picture.
    /// - Throws: ``DataSetError`` where there is more than ``HeadKind/checkLimits(sizes:width:)`` allows; what `answered` throws.
    public init(
        _ kind: HeadKind, support: [[[Float]]], asked: [(label: Int, picture: Int)],
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
            let head = kind.fit(left, baseMean: MeanHead(support: [means]).prototypes[0])
            for index in questions {
                labels[index] = head.nearest(to: support[asked[index].label][asked[index].picture]).index
                try answered()
            }
        }
        self.labels = labels
    }
}
