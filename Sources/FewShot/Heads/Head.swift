/// A few-shot classifier that is fitted on the support embeddings of an episode and gives the distance of a query to each class.
///
/// A head is a value. It keeps what it computed from the supports, and nothing else of the episode. ``HeadKind`` lists all heads.
public protocol Head: Sendable {
    /// The distance of the query to each class, in the order of the supports. It may be a negative logit; smaller is nearer. Each head
    /// documents its unit, and values of different heads cannot be compared.
    /// - Parameter query: an embedding as wide as the supports.
    func distances(to query: [Float]) -> [Float]

    /// The nearest class and its distance. Of equals it is the first.
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
