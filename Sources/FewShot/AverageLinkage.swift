/// Groups pictures that look alike. Two groups merge as long as the mean distance between their pictures is within a threshold.
///
/// Average linkage (Sokal and Michener, "A statistical method for evaluating systematic relationships", 1958), built with
/// nearest-neighbor chains (Murtagh, "A survey of recent advances in hierarchical clustering algorithms", 1983). Time and memory grow with
/// the square of the number of pictures.
public enum AverageLinkage {
    /// The most pictures that can be grouped. They take a few seconds.
    public static let mostPictures = 2000

    /// - Parameter embeddings: at most ``mostPictures``, all of one width.
    /// - Returns: the indices of each group's pictures, in order. Larger groups come first, equal ones in the order of their first pictures.
    public static func groups(_ embeddings: [[Float]], within threshold: Double) -> [[Int]] {
        groups(embeddings, within: threshold) {}
    }

    /// As ``groups(_:within:)``.
    /// - Parameter check: called for every picture and every merge; ends the computation by throwing.
    public static func groups(
        _ embeddings: [[Float]], within threshold: Double, check: () throws -> Void
    ) rethrows -> [[Int]] {
        precondition(embeddings.count <= mostPictures, "too many pictures to group")
        var label = Array(embeddings.indices)
        // Merge distances never fall along the hierarchy, so the merges can be applied in any order.
        for merge in try merges(embeddings, check) where merge.distance <= threshold {
            let (kept, gone) = (label[merge.first], label[merge.second])
            for place in label.indices where label[place] == gone { label[place] = kept }
        }
        return Dictionary(grouping: label.indices, by: { label[$0] }).values
            .sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
    }

    private struct Merge {
        /// A picture from each group.
        let first: Int
        let second: Int
        let distance: Double
    }

    private static func merges(_ embeddings: [[Float]], _ check: () throws -> Void) rethrows -> [Merge] {
        let count = embeddings.count
        var distances = [Float](repeating: 0, count: count * count)
        for second in 0..<count {
            try check()
            for first in 0..<second {
                let distance = MeanHead.squaredDistance(embeddings[first], embeddings[second]).squareRoot()
                distances[first * count + second] = distance
                distances[second * count + first] = distance
            }
        }
        var sizes = [Float](repeating: 1, count: count)
        var open = Array(0..<count)
        var chain: [Int] = []
        var merges: [Merge] = []
        while open.count > 1 {
            try check()
            if chain.isEmpty { chain.append(open[0]) }
            let last = chain[chain.count - 1]
            // On a tie the previous group wins, so that every chain ends.
            let before = chain.count > 1 ? chain[chain.count - 2] : nil
            var nearest = before ?? (open[0] == last ? open[1] : open[0])
            for other in open
            where other != last && distances[last * count + other] < distances[last * count + nearest] {
                nearest = other
            }
            guard nearest == before else {
                chain.append(nearest)
                continue
            }
            chain.removeLast(2)
            merges.append(
                Merge(first: nearest, second: last, distance: Double(distances[last * count + nearest])))
            open.removeAll { $0 == last }
            let size = sizes[nearest] + sizes[last]
            for other in open where other != nearest {
                let distance =
                    (sizes[nearest] * distances[nearest * count + other] + sizes[last] * distances[last * count + other])
                    / size
                distances[nearest * count + other] = distance
                distances[other * count + nearest] = distance
            }
            sizes[nearest] = size
        }
        return merges
    }
}
