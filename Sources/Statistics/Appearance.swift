/// A group of a character's pictures that look alike: a form, an outfit, a style of drawing.
///
/// One mean cannot stand for a character whose pictures fall into groups: it lies between them, nearest to the largest. So the likelihood
/// compares a picture with a mean for each group, drawn halfway to the mean of all the character's pictures, because what is common to all
/// appearances tells about each of them.
public struct Appearance: Sendable, Equatable {
    /// The mean of the group's pictures.
    public let mean: [Float]
    /// The number of its pictures, at least 1.
    public let count: Int

    public init(mean: [Float], count: Int) {
        precondition(count > 0, "an appearance has a picture")
        (self.mean, self.count) = (mean, count)
    }

    /// The mean of pictures, at least one, summed in double precision.
    public init(of pictures: [[Float]]) {
        var sum = [Double](repeating: 0, count: pictures.first?.count ?? 0)
        for picture in pictures {
            for index in sum.indices { sum[index] += Double(picture[index]) }
        }
        let scale = 1 / Double(pictures.count)
        self.init(mean: sum.map { Float($0 * scale) }, count: pictures.count)
    }

    /// What the likelihood compares a picture with: a mean, and how much it counts.
    public struct Row: Sendable, Equatable {
        public let vector: [Float]
        /// The number of pictures behind the vector. Those of the other appearances count half.
        public let count: Double
        /// The appearance's share of the character's pictures.
        public let share: Double
    }

    /// How much of a group's own mean is in its row; the rest is the mean of all pictures.
    private static let own = 0.5

    /// The rows of a character's appearances, in their order.
    public static func rows(_ appearances: [Appearance]) -> [Row] {
        let all = Double(appearances.reduce(0) { $0 + $1.count })
        guard appearances.count > 1 else {
            return appearances.map { Row(vector: $0.mean, count: Double($0.count), share: 1) }
        }
        let mean = sum(appearances)
        return appearances.map { appearance in
            let count = Double(appearance.count)
            return Row(
                vector: zip(appearance.mean, mean).map { Float(own * Double($0) + (1 - own) * $1) },
                count: count + (1 - own) * (all - count), share: count / all)
        }
    }

    /// The mean of all pictures of a character.
    /// - Parameter appearances: all of the character's, at least one.
    public static func common(_ appearances: [Appearance]) -> [Float] {
        appearances.count == 1 ? appearances[0].mean : sum(appearances).map { Float($0) }
    }

    private static func sum(_ appearances: [Appearance]) -> [Double] {
        var sum = [Double](repeating: 0, count: appearances.first?.mean.count ?? 0)
        let all = Double(appearances.reduce(0) { $0 + $1.count })
        for appearance in appearances {
            let share = Double(appearance.count) / all
            for index in sum.indices { sum[index] += share * Double(appearance.mean[index]) }
        }
        return sum
    }

    /// A character's appearances without one of its pictures.
    /// - Parameters:
    ///   - picture: its embedding.
    ///   - place: the index of its appearance, which goes if it has no other picture.
    public static func removing(_ picture: [Float], from place: Int, of appearances: [Appearance]) -> [Appearance] {
        var rest = appearances
        let old = rest[place]
        guard old.count > 1 else {
            rest.remove(at: place)
            return rest
        }
        let (all, left) = (Double(old.count), Double(old.count - 1))
        rest[place] = Appearance(
            mean: zip(old.mean, picture).map { Float((all * Double($0) - Double($1)) / left) }, count: old.count - 1)
        return rest
    }
}
