public import Imaging

/// Finds the cuts between scenes, by the colors of successive pictures.
///
/// Within a scene characters move, mouths open, the camera pans, but the colors stay; at a cut another background comes. The difference of two
/// pictures is the share of their pixels that have no partner of the same color in the other one: 1 − Σ min(h₁, h₂) over the bins of their color
/// histograms, from 0 to 1.
///
/// Sources: Zhang, Kankanhalli and Smoliar, "Automatic Partitioning of Full-Motion Video", Multimedia Systems 1, 1993; the intersection of
/// histograms: Swain and Ballard, "Color Indexing", IJCV 7, 1991.
public struct SceneCuts: Sendable, Equatable, Codable {
    /// Two pictures that differ by more are of two scenes.
    public static let threshold = 0.5

    /// The side of the thumbnail that is counted, in pixels.
    private static let side = 48
    /// Levels of red, of green and of blue that are told apart.
    private static let levels = 4

    /// Of the last picture; empty before the first.
    private var histogram: [Int] = []

    public init() {}

    /// Looks at the next picture.
    /// - Returns: whether a new scene begins with it. The first picture begins none.
    public mutating func beginsScene(_ image: Image) -> Bool {
        let next = Self.histogram(image)
        defer { histogram = next }
        guard !histogram.isEmpty else { return false }
        return Self.difference(histogram, next) > Self.threshold
    }

    /// The number of pixels of a thumbnail in each bin of color.
    static func histogram(_ image: Image) -> [Int] {
        let pixels = image.resized(width: side, height: side).pixels
        var counts = [Int](repeating: 0, count: levels * levels * levels)
        for start in stride(from: 0, to: pixels.count, by: 3) {
            let bins = (0..<3).map { Int(pixels[start + $0]) * levels / 256 }
            counts[(bins[0] * levels + bins[1]) * levels + bins[2]] += 1
        }
        return counts
    }

    static func difference(_ first: [Int], _ second: [Int]) -> Double {
        1 - Double(zip(first, second).reduce(0) { $0 + min($1.0, $1.1) }) / Double(side * side)
    }
}
