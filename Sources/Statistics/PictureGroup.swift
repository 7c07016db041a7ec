/// Several pictures of one unknown character, which are asked about together by the mean of their embeddings.
public struct PictureGroup: Sendable, Equatable {
    /// The mean of the embeddings; it is shorter than they are.
    public let mean: [Float]
    /// n, the number of pictures.
    public let count: Int
    /// s², the variance of the pictures about their mean, summed over all directions; 0 for one picture.
    public let variance: Double

    /// - Parameter embeddings: at least one, all of one width.
    public init(_ embeddings: [[Float]]) {
        precondition(!embeddings.isEmpty, "a group has a picture")
        mean = embeddings.count == 1 ? embeddings[0] : Appearance(of: embeddings).mean
        count = embeddings.count
        var squares = 0.0
        for embedding in embeddings {
            for (value, center) in zip(embedding, mean) {
                let difference = Double(value) - Double(center)
                squares += difference * difference
            }
        }
        variance = count > 1 ? squares / Double(count - 1) : 0
    }

    /// How many independent pictures say as much as these: nₑ = n / (1 + (n − 1)ρ), where ρ = 1 − s² / w, between 0 and 1, is how much two
    /// of the pictures have in common beyond the character that they show.
    ///
    /// Pictures of a video are no independent pictures: the drawing, the light and the angle of one shot are the same in all of them. Pictures
    /// that are copies of each other (s² = 0) count as one; pictures that differ as much as enrolled pictures of a character do (s² = w) count
    /// as n.
    ///
    /// Source: the design effect of Kish, "Survey Sampling", Wiley 1965, section 5.4.
    /// - Parameter enrolled: w, the variance of a character's enrolled pictures, in the same unit as ``variance``; nil if it is not known, and
    ///   then the pictures count as one.
    public func independentCount(enrolled: Double?) -> Double {
        guard let enrolled, enrolled > 0 else { return 1 }
        let common = min(1, max(0, 1 - variance / enrolled))
        return Double(count) / (1 + Double(count - 1) * common)
    }
}
