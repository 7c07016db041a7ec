import Backbones
import Detection
import Foundation
import NeuralNetwork

/// The loss of a batch of maps: the focal loss of the centers for each face, and the boxes' loss for each cell that learns one.
enum DetectionLoss {
    struct Result {
        let loss: Double
        /// For each level, of the loss with respect to the maps.
        let gradients: [[Float]]
        /// How many faces have a score of at least 0.5 at their center, and there, if it is known exactly, a box that overlaps theirs by 0.4.
        let correct: Int
        let faces: Int
    }

    /// - Parameters:
    ///   - maps: for each level N × height × width × 5 values.
    ///   - targets: of the N pictures.
    static func evaluate(_ maps: [[Float]], _ targets: [CenterTargets], boxWeight: Double) -> Result {
        let channels = FaceDetectorNetwork.channels
        var gradients = maps.map { [Float](repeating: 0, count: $0.count) }
        let faces = targets.reduce(0) { $0 + $1.centers.count }
        let weight = targets.reduce(0) { $0 + $1.cells.reduce(0) { $0 + $1.weight } }
        let centerShare = 1 / Double(max(faces, 1))
        let boxShare = boxWeight / max(weight, 1)
        var (loss, correct) = (0.0, 0)
        for (image, target) in targets.enumerated() {
            for (level, peaks) in target.peaks.enumerated() {
                let first = image * peaks.count
                for (cell, peak) in peaks.enumerated() where peak >= 0 {
                    let place = (first + cell) * channels
                    let term = CenterFocalLoss.term(logit: Double(maps[level][place]), target: Double(peak))
                    loss += term.loss * centerShare
                    gradients[level][place] = Float(term.slope * centerShare)
                }
            }
            var wrongBoxes: Set<[Int]> = []
            for cell in target.cells {
                let place = (image * target.peaks[cell.level].count + cell.cell) * channels
                var logarithms = SIMD4<Double>()
                for edge in 0..<4 { logarithms[edge] = Double(maps[cell.level][place + 1 + edge]) }
                let distances = DetectorDistances.strides(logarithms)
                let result = BoxOverlapLoss.evaluate(predicted: distances.strides, target: cell.distances)
                loss += result.loss * cell.weight * boxShare
                let slopes = result.gradient * distances.slopes * (cell.weight * boxShare)
                for edge in 0..<4 { gradients[cell.level][place + 1 + edge] = Float(slopes[edge]) }
                if cell.isCenter, overlap(distances.strides, cell.distances) < DetectionScores.leastOverlap {
                    wrongBoxes.insert([cell.level, cell.cell])
                }
            }
            correct += target.centers.count { center in
                let place = (image * target.peaks[center.level].count + center.cell) * channels
                return maps[center.level][place] >= 0 && !wrongBoxes.contains([center.level, center.cell])
            }
        }
        return Result(loss: loss, gradients: gradients, correct: correct, faces: faces)
    }

    /// Of two boxes around one point.
    private static func overlap(_ a: SIMD4<Double>, _ b: SIMD4<Double>) -> Double {
        func box(_ d: SIMD4<Double>) -> BoxEdges { BoxEdges(left: -d[0], top: -d[1], right: d[2], bottom: d[3]) }
        return box(a).overlap(box(b))
    }
}
