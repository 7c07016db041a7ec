import PlainMath
import Testing

@testable import FewShot

struct MahalanobisHeadTests {
    /// (q − μ_c)ᵀ Q_c⁻¹ (q − μ_c) with Q_c whole, inverted by elimination.
    private static func direct(_ support: [[[Float]]], _ query: [Float], ridge: Double) -> [Double] {
        let classes = support.map { $0.map { $0.map(Double.init) } }
        let task = Direct.covariance(classes.flatMap { $0 })
        return classes.map { vectors in
            let own = Direct.covariance(vectors)
            let weight = Double(vectors.count) / Double(vectors.count + 1)
            var regularized = Direct.zeros(query.count)
            for i in query.indices {
                for j in query.indices {
                    regularized[i][j] = weight * own[i][j] + (1 - weight) * task[i][j] + (i == j ? ridge : 0)
                }
            }
            let offset = zip(query, Direct.mean(vectors)).map { Double($0) - $1 }
            return zip(offset, Direct.times(Direct.inverse(regularized), offset)).reduce(0) { $0 + $1.0 * $1.1 }
        }
    }

    /// Fewer dimensions than supports, as many, and far more; one shot too.
    @Test(arguments: [(3, 5, 4), (4, 2, 8), (40, 3, 4), (40, 1, 4), (2, 1, 6)], [1, 0.01])
    func equalsTheWholeFormula(_ shape: (width: Int, shot: Int, way: Int), ridge: Double) {
        var gaussians = Gaussians(seed: 3)
        let support = (0..<shape.way).map { _ in (0..<shape.shot).map { _ in gaussians.vector(shape.width) } }
        let head = MahalanobisHead(support: support, ridge: ridge)
        for _ in 0..<5 {
            let query = gaussians.vector(shape.width)
            for (fast, whole) in zip(head.distances(to: query), Self.direct(support, query, ridge: ridge)) {
                #expect(abs(Double(fast) - whole) <= 1e-5 * whole)
            }
        }
    }

    @Test func classesMayHaveDifferentlyManySupports() {
        var gaussians = Gaussians(seed: 4)
        let support = [1, 4, 2].map { count in (0..<count).map { _ in gaussians.vector(12) } }
        let query = gaussians.vector(12)
        let values = MahalanobisHead(support: support).distances(to: query)
        for (fast, whole) in zip(values, Self.direct(support, query, ridge: 1)) {
            #expect(abs(Double(fast) - whole) <= 1e-5 * whole)
        }
    }

    @Test func ofOneShotEachItRanksByTheTasksCovarianceAlone() {
        // λ = ½ and Σ_c = 0: the same Q for both, that of the pair's own covariance plus I.
        let head = MahalanobisHead(support: [[[0, 0]], [[4, 0]]])
        // Σ = diag(8, 0), Q = diag(5, 1): (1, 2) is 1/5 + 4 and 9/5 + 4 away.
        #expect(zip(head.distances(to: [1, 2]), [4.2, 5.8]).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test func equalSupportsSpanNothingAndStillAnswer() {
        let head = MahalanobisHead(support: [[[1, 2], [1, 2]], [[1, 2]]])
        #expect(head.distances(to: [1, 4]) == [4, 4])
    }
}
