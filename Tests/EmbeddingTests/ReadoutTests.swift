import NeuralNetwork
import TestSupport
import Testing

@testable import Embedding

@Suite struct ReadoutTests {
    /// Correlated features of two taps, far from the origin and of different scales.
    private func features(_ count: Int, widths: [Int], seed: UInt64) -> (taps: [[Float]], rows: [[Double]]) {
        var numbers = Numbers(seed: seed)
        let total = widths.reduce(0, +)
        let mixing = numbers.floats(total * total, in: -1...1)
        let rows = (0..<count).map { _ in
            let source = numbers.floats(total, in: -1...1)
            return (0..<total).map { column in
                let sum = (0..<total).reduce(Float(0)) { $0 + source[$1] * mixing[column * total + $1] }
                return (sum + Float(column)) * (column < widths[0] ? 1 : 20)
            }
        }
        var (taps, start) = ([[Float]](), 0)
        for width in widths {
            taps.append(rows.flatMap { $0[start..<start + width] })
            start += width
        }
        return (taps, rows.map { $0.map { Double($0) } })
    }

    /// Signs and bases of eigenvectors are free, cosines between outputs are not.
    private func cosines(_ rows: [[Double]]) -> [Double] {
        rows.flatMap { a in rows.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } } }
    }

    private func rows(_ matrix: [Float], _ width: Int) -> [[Double]] {
        stride(from: 0, to: matrix.count, by: width).map { matrix[$0..<$0 + width].map { Double($0) } }
    }

    @Test(arguments: [([4], 4), ([2, 3], 5), ([2, 3], 2), ([3, 1], 3), ([6, 5, 4], 7)], [0, 0.25, 0.5])
    func `it equals its definition`(shape: (widths: [Int], dimensions: Int), power: Double) throws {
        let (taps, all) = features(60, widths: shape.widths, seed: 9)
        let readout = try Readout.fit(taps, widths: shape.widths, power: power, dimensions: shape.dimensions)
        let reference = ReferenceReadout(all, widths: shape.widths, power: power, dimensions: shape.dimensions)
        let output = rows(readout.apply(taps, count: 60), shape.dimensions)
        #expect(readout.dimensions == shape.dimensions && output.count == 60)
        let differences = zip(cosines(output), cosines(all.map { reference.apply($0) })).map { abs($0 - $1) }
        #expect((differences.max() ?? 1) < 2e-4)
        // Each direction of the projection is the reference's, up to its sign.
        for (row, direction) in zip(rows(readout.projection.values, shape.widths.reduce(0, +)), reference.directions) {
            let same = zip(row, direction.vector).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(abs(abs(same) / direction.factor - 1) < 1e-4)
        }
    }

    /// Two features, worked out by hand. The rows ±(a, 0) and ±(0, b) have mean zero and become unit vectors along the axes,
    /// three pairs along the first and one along the second. Of eight rows C = diag(6, 2) / 7, its mean diagonal 4/7, the
    /// ridge 0.04/7: C^(−1/2) = diag(√(7/6.04), √(7/2.04)). So the row (2, 0) keeps its direction, and (1, 1), a unit vector at
    /// 45°, turns to atan √(6.04/2.04).
    @Test func `a worked example`() throws {
        let data: [Float] = [2, 0, -2, 0, 1, 0, -1, 0, 5, 0, -5, 0, 0, 3, 0, -3]
        let readout = try Readout.fit([data], widths: [2], power: 0.5, dimensions: nil)
        #expect(readout.tapMean == [0, 0] && readout.mean == [0, 0])
        let output = readout.apply([[2, 0, 1, 1, 0, -7]], count: 3).map { abs($0) }
        let (x, y) = (1 / Float(6.04).squareRoot(), 1 / Float(2.04).squareRoot())
        let length = (x * x + y * y).squareRoot()
        for (value, expected) in zip(output, [1, 0, x / length, y / length, 0, 1]) {
            #expect(abs(value - expected) < 1e-5)
        }
    }

    /// Without whitening and projection the readout turns and does not distort.
    @Test func `power zero keeps all angles`() throws {
        let (taps, _) = features(40, widths: [4], seed: 2)
        let readout = try Readout.fit(taps, widths: [4], power: 0, dimensions: nil)
        let centered = Readout.joined(taps, widths: [4], tapMean: readout.tapMean, count: 40)
        let units = rows(centered, 4).map { row in ReferenceReadout.unit(zip(row, readout.mean).map { $0 - Double($1) })
        }
        let differences = zip(cosines(rows(readout.apply(taps, count: 40), 4)), cosines(units)).map { abs($0 - $1) }
        #expect((differences.max() ?? 1) < 1e-5)
    }

    @Test func `outputs have length one and do not depend on the batch`() throws {
        let (taps, _) = features(50, widths: [3, 5], seed: 5)
        let readout = try Readout.fit(taps, widths: [3, 5], power: 0.25, dimensions: 4)
        let all = readout.apply(taps, count: 50)
        for row in rows(all, 4) { #expect(abs(row.reduce(0) { $0 + $1 * $1 } - 1) < 1e-6) }
        let one = readout.apply([Array(taps[0][30..<33]), Array(taps[1][50..<55])], count: 1)
        #expect(one == Array(all[40..<44]))
    }

    /// A picture whose tap is exactly the mean has no direction there; it must not become a NaN.
    @Test func `the mean itself is embedded without NaN`() throws {
        let readout = try Readout.fit([[1, 0, -1, 0, 0, 1, 0, -1]], widths: [2], power: 0.5, dimensions: nil)
        #expect(readout.apply([[0, 0]], count: 1) == [0, 0])
    }

    @Test func `what cannot be fitted is refused`() {
        func refusal(_ features: [[Float]], _ widths: [Int], _ dimensions: Int?) -> ModelError? {
            #expect(throws: ModelError.self) {
                try Readout.fit(features, widths: widths, power: 0.25, dimensions: dimensions)
            }
        }
        let one = refusal([[1, 2]], [2], nil)
        #expect(one?.code == .invalidData && one?.message.contains("at least two pictures") == true)
        let same = refusal([[1, 2, 1, 2, 1, 2]], [2], nil)
        #expect(same?.code == .invalidData && same?.message.contains("do not vary") == true)
        for dimensions in [0, 3, -1] {
            #expect(refusal([[1, 2, 3, 5]], [2], dimensions)?.message.contains("width") == true)
        }
    }
}
