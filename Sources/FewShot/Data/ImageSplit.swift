import Foundation
import Randomness

/// The source picture that each image was cut from, so that crops of one picture stay in one part of a split.
public struct ImageSources: Sendable {
    private let sources: [String: String]

    /// Every image is its own source.
    public static let none = ImageSources(sources: [:])

    private init(sources: [String: String]) { self.sources = sources }

    /// Reads a JSON object that maps each image, as `class/file`, to the name of its source.
    /// - Throws: ``DataSetError`` if the file cannot be read or is no such object.
    public init(path: String) throws(DataSetError) {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw DataSetError("the list of sources \(path) cannot be read")
        }
        guard let sources = try? JSONDecoder().decode([String: String].self, from: bytes) else {
            throw DataSetError("\(path) is no list of sources. It must be a JSON object of \"class/file\": \"source\".")
        }
        self.sources = sources
    }

    /// An image that the list does not name is its own source.
    func source(of path: String) -> String {
        let key = path.split(separator: "/").suffix(2).joined(separator: "/")
        return sources[key] ?? path
    }
}

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
