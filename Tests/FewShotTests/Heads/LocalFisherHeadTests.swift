import Foundation
import LinearAlgebra
import PlainMath
import Testing

@testable import FewShot

struct LocalFisherHeadTests {
    private typealias Rows = [[Double]]

    private static func squared(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }

    /// S_w and S_b as sums over pairs, in all dimensions.
    private static func scatters(_ classes: [Rows], neighbor: Int) -> (within: Rows, between: Rows) {
        let labeled = classes.enumerated().flatMap { label, vectors in vectors.map { (label: label, vector: $0) } }
        let (count, width) = (Double(labeled.count), classes[0][0].count)
        func scale(_ label: Int, _ vector: [Double]) -> Double {
            let distances = classes[label].map { squared($0, vector).squareRoot() }.sorted()
            return distances[min(neighbor, distances.count - 1)]  // the first is the vector itself
        }
        var (within, between) = (Direct.zeros(width), Direct.zeros(width))
        for a in labeled {
            for b in labeled {
                var (inside, across) = (0.0, 1 / count)
                if a.label == b.label {
                    let scales = scale(a.label, a.vector) * scale(b.label, b.vector)
                    let affinity = scales > 0 ? exp(-squared(a.vector, b.vector) / scales) : 0
                    let size = Double(classes[a.label].count)
                    (inside, across) = (affinity / size, affinity * (1 / count - 1 / size))
                }
                for i in 0..<width {
                    for j in 0..<width {
                        let product = (a.vector[i] - b.vector[i]) * (a.vector[j] - b.vector[j]) / 2
                        within[i][j] += inside * product
                        between[i][j] += across * product
                    }
                }
            }
        }
        return (within, between)
    }

    /// ‖T (q − p_c)‖² with T from the eigenvectors in all dimensions.
    private static func direct(_ support: [[[Float]]], _ query: [Float], span: Int, kept: Int, neighbor: Int)
        -> [Double]
    {
        let classes = support.map { $0.map { $0.map(Double.init) } }
        var (within, between) = scatters(classes, neighbor: neighbor)
        let ridge = 0.5 * within.indices.reduce(0) { $0 + within[$1][$1] } / Double(span)
        for index in within.indices { within[index][index] += ridge }
        let projection = Array(Direct.generalizedEigen(between, within).vectors.prefix(kept))
        return classes.map { vectors in
            let offset = zip(query, Direct.mean(vectors)).map { Double($0) - $1 }
            return Direct.times(projection, offset).reduce(0) { $0 + $1 * $1 }
        }
    }

    /// Fewer dimensions than supports and far more; k smaller than the class and as large.
    @Test(arguments: [(4, 6, 4), (24, 4, 3), (24, 2, 5)], [1, 7])
    func equalsTheWholeFormula(_ shape: (width: Int, shot: Int, way: Int), neighbor: Int) {
        var gaussians = Gaussians(seed: 6)
        let support = (0..<shape.way).map { index in
            let mean = gaussians.vector(shape.width)
            return (0..<shape.shot).map { _ in zip(mean, gaussians.vector(shape.width)).map { 2 * $0 + $1 } }
        }
        let head = LocalFisherHead(support: support, regularization: 0.5, neighbor: neighbor)
        let span = min(shape.width, shape.shot * shape.way - 1)
        for _ in 0..<5 {
            let query = gaussians.vector(shape.width)
            let whole = Self.direct(support, query, span: span, kept: shape.way - 1, neighbor: neighbor)
            for (fast, whole) in zip(head.distances(to: query), whole) {
                #expect(abs(Double(fast) - whole) <= 1e-5 * whole + 1e-9)
            }
        }
    }

    @Test func scattersEqualTheSumsOverPairs() {
        var gaussians = Gaussians(seed: 7)
        let classes = [3, 1, 5].map { count in (0..<count).map { _ in gaussians.vector(4).map(Double.init) } }
        let scatter = LocalScatter(
            classes: classes.map { Matrix(rows: $0.count, columns: 4, values: $0.flatMap { $0 }) }, neighbor: 2)
        let direct = Self.scatters(classes, neighbor: 2)
        #expect(zip(scatter.within.values, direct.within.joined()).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(zip(scatter.between.values, direct.between.joined()).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    @Test func oneShotFallsBackToTheMean() {
        var gaussians = Gaussians(seed: 8)
        let single = (0..<5).map { _ in [gaussians.vector(20)] }
        let query = gaussians.vector(20)
        #expect(
            LocalFisherHead(support: single).distances(to: query) == MeanHead(support: single).distances(to: query))
        // Five equal pictures of each vary no more than one does.
        let repeated = single.map { [[Float]](repeating: $0[0], count: 5) }
        #expect(
            LocalFisherHead(support: repeated).distances(to: query)
                == MeanHead(support: repeated).distances(to: query))
    }

    @Test func findsTheAxisThatTellsClassesApart() {
        // Both classes are long along the first axis and differ on the second alone.
        let support: [[[Float]]] = [[[-9, 1], [0, 1.1], [9, 0.9]], [[-8, -1], [3, -1.1], [8, -0.9]]]
        let query: [Float] = [1, -0.2]
        #expect(MeanHead(support: support).nearest(to: query).index == 1)
        #expect(MeanHead(support: support).nearest(to: [-4, -0.2]).index == 0)
        let head = LocalFisherHead(support: support, regularization: 0.01)
        #expect(head.nearest(to: query).index == 1 && head.nearest(to: [-4, -0.2]).index == 1)
    }
}
