import Randomness

/// Splits every class's images into parts by source picture. Images of one source stay together, even across classes.
public struct ImageSplit: Sendable {
    /// One data set for each part, with all classes in the same order. A class may have no images in a part.
    public let parts: [ClassFolders]

    /// - Parameter shares: the shares of the parts, such as 0.72, 0.18, 0.1. They sum to 1.
    public init(_ data: ClassFolders, shares: [Double], sources: ImageSources, seed: UInt64) {
        precondition(abs(shares.reduce(0, +) - 1) < 1e-6, "the shares \(shares) are not the whole")
        var part: [String: Int] = [:]
        var images = [[[String]]](
            repeating: [[String]](repeating: [], count: data.classes.count), count: shares.count)
        for (label, group) in data.classes.enumerated() {
            var random = SplitMix64(seed: seed, 0x696d616765, UInt64(label))
            let bySource = Dictionary(grouping: group.images, by: sources.source(of:))
            var counts = [Int](repeating: 0, count: shares.count)
            for source in bySource.keys.sorted().shuffled(using: &random) {
                let size = bySource[source]?.count ?? 0
                // A source that already has a part stays there. A new one goes to the part that lacks most.
                let chosen = part[source] ?? Self.neediest(counts, shares, total: group.images.count)
                part[source] = chosen
                counts[chosen] += size
            }
            for image in group.images { images[part[sources.source(of: image)] ?? 0][label].append(image) }
        }
        parts = images.map { classes in
            ClassFolders(classes: zip(data.classes, classes).map { .init(name: $0.name, images: $1) })
        }
    }

    private static func neediest(_ counts: [Int], _ shares: [Double], total: Int) -> Int {
        let lack = zip(counts, shares).map { $1 * Double(total) - Double($0) }
        return lack.indices.max { lack[$0] < lack[$1] } ?? 0
    }
}
