/// A few-shot classifier fitted on the support embeddings of an episode: tells how far a query lies from each class.
///
/// A head is a value; it keeps what it computed from the supports and nothing of the episode else. ``HeadKind`` lists them.
public protocol Head: Sendable {
    /// How far the query lies from each class, in the order of the supports: a distance or a negative logit, smaller is
    /// nearer. Each head says what unit its values have; values of two heads do not compare.
    /// - Parameter query: an embedding as wide as the supports.
    func distances(to query: [Float]) -> [Float]

    /// The nearest class and how far it is; the first of equals.
    func nearest(to query: [Float]) -> (index: Int, distance: Float)
}

extension Head {
    public func nearest(to query: [Float]) -> (index: Int, distance: Float) {
        var best = (index: -1, distance: Float.infinity)
        for (index, distance) in distances(to: query).enumerated() where distance < best.distance {
            best = (index, distance)
        }
        return best
    }
}
