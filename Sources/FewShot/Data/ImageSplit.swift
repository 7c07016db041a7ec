import Foundation
import Randomness

/// Which source picture each image was cut from, so that two crops of one picture never stand on both sides of a split.
public struct ImageSources: Sendable {
    private let sources: [String: String]

    /// Every image is a source of its own.
    public static let none = ImageSources(sources: [:])

    private init(sources: [String: String]) { self.sources = sources }

    /// Reads JSON that gives each image, as `class/file`, its source's name.
    /// - Throws: ``DataSetError`` when the file cannot be read or is something else.
    public init(path: String) throws(DataSetError) {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw DataSetError("the list of sources \(path) cannot be read")
        }
        guard let sources = try? JSONDecoder().decode([String: String].self, from: bytes) else {
            throw DataSetError("\(path) is no list of sources; it must be a JSON object of \"class/file\": \"source\"")
        }
        self.sources = sources
    }

    /// An image that the list does not name is a source of its own.
    func source(of path: String) -> String {
        let key = path.split(separator: "/").suffix(2).joined(separator: "/")
        return sources[key] ?? path
    }
}

/// Every class's images in parts, by source picture: images of one source stay together, whichever class they show.
public struct ImageSplit: Sendable {
    /// One data set a part, with the classes of the whole in the same order; a class may lack images in a part.
    public let parts: [ClassFolders]

    /// - Parameter shares: the parts' shares, such as 0.72, 0.18, 0.1; they sum to 1.
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
                // Where the source has been seen with another class it stays; else the part that lacks most takes it.
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
