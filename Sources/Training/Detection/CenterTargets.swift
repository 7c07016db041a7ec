import Backbones
import Detection
import Foundation

/// What the detector's maps of one picture should hold.
///
/// A face belongs to the level whose sides hold its own. There a Gaussian peak stands in the cell of its center (Zhou et al.,
/// arXiv:1904.07850), and the cells under its upper part learn the box, as much as the peak is high there (Liu et al., "Training-Time-Friendly
/// Network", arXiv:1909.00700).
struct CenterTargets: Sendable {
    /// A cell that learns a box.
    struct Cell: Sendable {
        let level, cell: Int
        /// From the cell's center to the left, top, right and bottom edge, in strides.
        let distances: SIMD4<Double>
        let weight: Double
        /// Whether it is the center of its face.
        let isCenter: Bool
    }

    /// For each level, the target of each cell, row by row: 1 at a face's center, less around it, 0 elsewhere; negative cells do not count.
    private(set) var peaks: [[Float]]
    private(set) var cells: [Cell] = []
    /// The cells with a face's center: level and cell.
    private(set) var centers: [(level: Int, cell: Int)] = []

    /// The deviation of a peak as a part of the face's side, and its least value in cells.
    private static let spread = 0.1, leastSpread = 0.4
    /// Cells under this part of a peak learn the box.
    private static let leastPeak = 0.3
    /// A level does not learn from faces that are larger or smaller than its own by up to this factor.
    private static let tolerance = 1.25
    private static let ignored: Float = -1

    /// - Parameter size: the side of the square picture, in pixels: a multiple of 32.
    init(_ scene: DetectionScene, size: Int) {
        peaks = FaceDetectorNetwork.levels.map { [Float](repeating: 0, count: (size / $0.stride) * (size / $0.stride)) }
        for (index, level) in FaceDetectorNetwork.levels.enumerated() {
            for box in scene.ignored { ignore(box, index, level, size) }
            for face in scene.faces where !level.sides.contains(face.box.side) {
                let near = level.sides.lowerBound / Self.tolerance..<level.sides.upperBound * Self.tolerance
                if near.contains(face.box.side) { ignore(face.box, index, level, size) }
            }
        }
        // Of two faces in one cell the smaller one counts.
        for face in scene.faces.sorted(by: { $0.box.area > $1.box.area }) { place(face, size) }
    }

    /// The columns or rows of a level that a range of pixels touches.
    private static func cells(_ low: Double, _ high: Double, _ stride: Int, _ count: Int) -> Range<Int> {
        let first = min(max(Int((low / Double(stride)).rounded(.down)), 0), count - 1)
        return first..<max(first + 1, min(Int((high / Double(stride)).rounded(.up)), count))
    }

    private mutating func ignore(_ box: BoxEdges, _ index: Int, _ level: FaceDetectorNetwork.Level, _ size: Int) {
        let count = size / level.stride
        for row in Self.cells(box.top, box.bottom, level.stride, count) {
            for column in Self.cells(box.left, box.right, level.stride, count) {
                peaks[index][row * count + column] = Self.ignored
            }
        }
    }

    private mutating func place(_ face: DetectionScene.Face, _ size: Int) {
        guard let index = FaceDetectorNetwork.levels.firstIndex(where: { $0.sides.contains(face.box.side) }) else {
            return
        }
        let stride = Double(FaceDetectorNetwork.levels[index].stride)
        let count = size / FaceDetectorNetwork.levels[index].stride
        let box = face.box
        let (x, y) = (min(Int(box.centerX / stride), count - 1), min(Int(box.centerY / stride), count - 1))
        func deviation(_ side: Double) -> Double { max(side / stride * Self.spread, Self.leastSpread) }
        let (across, down) = (deviation(box.width), deviation(box.height))
        let reach = Int((3 * max(across, down)).rounded(.up))
        for row in max(0, y - reach)...min(count - 1, y + reach) {
            for column in max(0, x - reach)...min(count - 1, x + reach) {
                let (dx, dy) = (Double(column - x) / across, Double(row - y) / down)
                let peak = exp(-(dx * dx + dy * dy) / 2)
                let cell = row * count + column
                let isCenter = row == y && column == x
                if Float(peak) >= peaks[index][cell] { peaks[index][cell] = Float(peak) }
                guard face.isExact, peak >= Self.leastPeak else { continue }
                let (centerX, centerY) = ((Double(column) + 0.5) * stride, (Double(row) + 0.5) * stride)
                let distances =
                    SIMD4(
                        centerX - box.left, centerY - box.top, box.right - centerX, box.bottom - centerY) / stride
                guard distances.min() > 0 else { continue }
                cells.removeAll { $0.level == index && $0.cell == cell }
                cells.append(
                    Cell(level: index, cell: cell, distances: distances, weight: peak, isCenter: isCenter))
            }
        }
        peaks[index][y * count + x] = 1
        centers.append((index, y * count + x))
    }
}
