import Backbones
import Foundation

/// The boxes that the network's maps hold.
struct FaceCandidates {
    /// A box of the input.
    struct Candidate {
        let box: BoxEdges
        let score: Double
    }

    /// Boxes that share more than this part of their joint area are one face.
    private static let largestOverlap = 0.35
    /// So many of the best cells are looked at: noise may give every cell a face.
    private static let most = 400

    /// The best first, each face once.
    let candidates: [Candidate]

    /// - Parameters:
    ///   - maps: for each level height × width × 5 values of one image.
    ///   - width: of the input, in pixels.
    ///   - threshold: the lowest score.
    init(_ maps: [[Float]], width: Int, threshold: Double) {
        let lowest = Float(log(threshold / (1 - threshold)))
        var found: [Candidate] = []
        for (level, map) in zip(FaceDetectorNetwork.levels, maps) {
            let stride = Double(level.stride)
            let columns = width / level.stride
            for cell in 0..<map.count / FaceDetectorNetwork.channels {
                let start = cell * FaceDetectorNetwork.channels
                guard map[start] >= lowest else { continue }
                let (x, y) = ((Double(cell % columns) + 0.5) * stride, (Double(cell / columns) + 0.5) * stride)
                let edges =
                    DetectorDistances.strides(
                        SIMD4(
                            Double(map[start + 1]), Double(map[start + 2]), Double(map[start + 3]),
                            Double(map[start + 4]))
                    ).strides * stride
                found.append(
                    Candidate(
                        box: BoxEdges(left: x - edges[0], top: y - edges[1], right: x + edges[2], bottom: y + edges[3]),
                        score: 1 / (1 + exp(-Double(map[start])))))
            }
        }
        var kept: [Candidate] = []
        for candidate in found.sorted(by: { $0.score > $1.score }).prefix(Self.most) {
            let isKnown = kept.contains {
                $0.box.overlap(candidate.box) > Self.largestOverlap || $0.box.isNested(candidate.box)
            }
            if !isKnown { kept.append(candidate) }
        }
        candidates = kept
    }
}
