import PlainMath
import Testing

@testable import LinearAlgebra

struct LinearAlgebraTests {
    private static func random(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
        var gaussians = Gaussians(seed: seed)
        return Matrix(
            rows: rows, columns: columns, values: (0..<rows).flatMap { _ in gaussians.vector(columns).map(Double.init) }
        )
    }

    private static func rows(_ matrix: Matrix) -> [[Double]] { (0..<matrix.rows).map(matrix.row) }

    private static func agree(_ a: [Double], _ b: [Double], within tolerance: Double = 1e-10) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance }
    }

    @Test func productsEqualPlainLoops() {
        let (a, b) = (Self.random(3, 5, seed: 1), Self.random(5, 4, seed: 2))
        #expect(Self.agree(a.times(b).values, Direct.times(Self.rows(a), Self.rows(b)).flatMap { $0 }))
        #expect(Self.agree(a.times(b.transposed.row(0)), Direct.times(Self.rows(a), b.transposed.row(0))))
        #expect(Self.agree(a.covariance.values, Direct.covariance(Self.rows(a)).flatMap { $0 }))
        #expect(Matrix(rows: 0, columns: 5).times(b) == Matrix(rows: 0, columns: 4))
        #expect(Matrix(rows: 2, columns: 0).times([]) == [0, 0])
    }

    /// More vectors than dimensions, fewer, and dependent ones.
    @Test(arguments: [(8, 3), (3, 8), (6, 6)]) func basisIsOrthonormalAndSpans(_ shape: (rows: Int, columns: Int)) {
        let centered = Self.random(shape.rows, shape.columns, seed: 3)
        let vectors = centered.subtracting(centered.rowMean)
        let basis = OrthonormalBasis.spanning(vectors)
        #expect(basis.rows == min(shape.rows - 1, shape.columns))
        var identity = Matrix(rows: basis.rows, columns: basis.rows)
        for index in 0..<basis.rows { identity[index, index] = 1 }
        #expect(Self.agree(basis.times(basis.transposed).values, identity.values))
        #expect(Self.agree(vectors.times(basis.transposed).times(basis).values, vectors.values))
    }

    @Test func zerosSpanNothing() {
        #expect(OrthonormalBasis.spanning(Matrix(rows: 3, columns: 4)).rows == 0)
        #expect(OrthonormalBasis.spanning(Matrix(rows: 0, columns: 4)).rows == 0)
    }

    @Test func inverseFormEqualsTheInverse() {
        var matrix = Self.random(9, 5, seed: 4).covariance
        for index in 0..<5 { matrix[index, index] += 0.1 }
        let x = Self.random(1, 5, seed: 5).values
        let direct = zip(x, Direct.times(Direct.inverse(Self.rows(matrix)), x)).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(Cholesky(matrix).inverseForm(x) - direct) < 1e-10)
    }

    @Test func eigenvectorsSolveThePairAndAreScaled() {
        let a = Self.random(9, 4, seed: 6).covariance
        let b = Self.random(9, 4, seed: 7).covariance
        let found = GeneralizedEigenvectors(a, metric: b, count: 3)
        let direct = Direct.generalizedEigen(Self.rows(a), Self.rows(b))
        #expect(Self.agree(found.values, Array(direct.values.prefix(3))))
        for index in 0..<3 {
            let v = found.vectors.row(index)
            #expect(Self.agree(a.times(v), b.times(v).map { $0 * found.values[index] }))
            #expect(abs(zip(v, b.times(v)).reduce(0) { $0 + $1.0 * $1.1 } - 1) < 1e-10)
        }
    }

    @Test func unitLengthIsExactAndZerosStay() {
        var values: [Float] = [7, 3, 4, 0, 0]
        normalize(&values, 1..<3)
        normalize(&values, 3..<5)
        #expect(values == [7, 0.6, 0.8, 0, 0] && normalized([0, -5]) == [0, -1])
        #expect(inverseLength([3, 4], 0..<2) == 0.2 && normalized([]).isEmpty)
        // Shorter than any embedding: no infinity.
        #expect(normalized([1e-30, 0]).allSatisfy { $0.isFinite })
    }
}
