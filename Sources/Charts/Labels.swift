/// A rectangle in a picture.
public struct Box {
    let x, y, width, height: Double

    public init(x: Double, y: Double, width: Double, height: Double) {
        (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }

    func meets(_ other: Box) -> Bool {
        x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height
    }

    func lies(in other: Box) -> Bool {
        x >= other.x && y >= other.y && x + width <= other.x + other.width && y + height <= other.y + other.height
    }
}

/// Finds places for names beside their marks where they cover neither marks nor other names, if there is room.
public struct Labels {
    private let bounds: Box
    private var taken: [Box]

    private static let (height, letter) = (14.0, 6.3)

    /// - Parameter marks: the areas that no name may cover.
    public init(in bounds: Box, around marks: [Box]) { (self.bounds, taken) = (bounds, marks) }

    /// The name as text beside the mark at (x, y). Of the eight places around the mark it takes the one that covers least.
    public mutating func add(_ name: String, at x: Double, _ y: Double, _ style: String) -> String {
        let width = Double(name.count) * Self.letter
        let half = Self.height / 2
        let corners: [(Double, Double)] = [
            (x + 10, y - half), (x - 10 - width, y - half), (x - width / 2, y - 12 - Self.height),
            (x - width / 2, y + 12), (x + 8, y - 6 - Self.height), (x + 8, y + 6),
            (x - 8 - width, y - 6 - Self.height), (x - 8 - width, y + 6),
        ]
        let boxes = corners.map { Box(x: $0.0, y: $0.1, width: width, height: Self.height) }
        func cost(_ box: Box) -> Int { taken.count { $0.meets(box) } + (box.lies(in: bounds) ? 0 : 100) }
        let costs = boxes.map(cost)
        let best = boxes[costs.indices.min { costs[$0] < costs[$1] } ?? 0]
        taken.append(best)
        return SVG.text(best.x, best.y + 11, name, style)
    }
}
