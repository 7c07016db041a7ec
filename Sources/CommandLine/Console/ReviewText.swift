import API

/// Reviews as people read them.
enum ReviewText {
    /// How a character's own images would be answered, in a line.
    static func summary(_ review: CharacterReview) -> String {
        guard review.asked > 0 else { return "\(Show.count(review.images, "image")), too few to check" }
        let asked =
            review.asked < review.images
            ? "\(review.asked) of \(review.images) images" : Show.count(review.images, "image")
        let unknown = review.unknown.map { $0 == 0 ? "" : ", \($0) would be unknown" } ?? ""
        return "of \(asked), each asked as if not enrolled, \(review.right) would be nearest to it\(unknown)"
    }
}
