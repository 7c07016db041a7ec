import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// The codes that a search among many rows reads first, on every instruction set of this processor.
@Suite struct CodesTests {
    private static let sets = ["base", "avx2", "avx512"].compactMap(InstructionSet.named)
    private static let widths = [64, 640, 1024]

    @Test(arguments: [1, 37, 64, 640, 1000])
    func aRotationKeepsProductsAndSpreadsWhatIsInOnePlace(dimensions: Int) {
        var numbers = Numbers(seed: 1)
        for instructionSet in Self.sets {
            let rotation = RandomRotation(dimensions: dimensions, instructionSet: instructionSet)
            #expect(rotation.width >= dimensions && rotation.width % 64 == 0)
            let (a, b) = (numbers.floats(rotation.width), numbers.floats(rotation.width))
            let (turnedA, turnedB) = (rotation(a), rotation(b))
            #expect(abs(squaredDistance(a, b) / squaredDistance(turnedA, turnedB) - 1) < 1e-5)
            var unit = [Float](repeating: 0, count: rotation.width)
            unit[0] = 1
            // A random direction's largest coordinate is about 4 / √n; the vector's own was 1.
            let largest = rotation(unit).map(abs).max() ?? 1
            #expect(largest <= 0.8 && largest < 6 / Float(rotation.width).squareRoot())
            #expect(rotation(a) == RandomRotation(dimensions: dimensions, instructionSet: .best)(a))
        }
    }

    @Test(arguments: widths)
    func binaryDistancesAreTheFormulasOwn(width: Int) {
        var numbers = Numbers(seed: 2)
        let count = 70
        let vectors = (0..<count).map { row in row == 3 ? [Float](repeating: 0, count: width) : numbers.floats(width) }
        let query = numbers.floats(width)
        let coded = BinaryQuery(rotated: query)
        for instructionSet in Self.sets {
            let codes = BinaryCodes(width: width, capacity: 96, instructionSet: instructionSet)
            for (row, vector) in vectors.enumerated() { codes.set(row: (row + 1) % count, to: vector) }
            // Row 69's place is taken by row 5 and given back: both halves of a byte are written alone.
            codes.copy(row: 5, to: 69)
            codes.copy(row: 69, to: 21)
            codes.set(row: 21, to: vectors[20])
            let lower = RowBuffer<Float>(capacity: 96)
            unsafe codes.lowerDistances(0..<count, to: coded, into: lower.base)
            for row in 0..<count {
                let vector = row == 69 ? vectors[4] : vectors[(row + count - 1) % count]
                let square = squaredDistance(vector, [Float](repeating: 0, count: width))
                let absolute = vector.reduce(0.0) { $0 + Double(abs($1)) }
                let signed = zip(vector, query).reduce(0.0) { $0 + ($1.0 > 0 ? Double($1.1) : -Double($1.1)) }
                let factor = absolute > 0 ? 2 * square / absolute : 0
                let expected = square + Double(coded.square) - factor * signed
                // Three standard deviations of the formula's error, which are its margin, are subtracted.
                let found =
                    unsafe Double(lower.base[row]) + factor * 3 * (Double(coded.square) * (1 - 2 / .pi)).squareRoot()
                // An entry of the query's tables is rounded to a 63rd of the widest.
                let rounding = factor * Double(coded.scale) * 0.5 * Double(width / 4).squareRoot() * 4
                #expect(abs(found - expected) <= rounding + 1e-3, "row \(row)")
            }
        }
    }

    @Test(arguments: widths)
    func boundsOfByteCodesHold(width: Int) {
        var numbers = Numbers(seed: 3)
        let query = numbers.floats(width)
        let square = Float(squaredDistance(query, [Float](repeating: 0, count: width)))
        let vectors = (0..<40).map { row in
            numbers.floats(width).map { $0 * [0, 1, 1e-3, 100][row % 4] + (row == 5 ? 3 : 0) }
        }
        for instructionSet in Self.sets {
            let codes = ByteCodes(width: width, capacity: 41, instructionSet: instructionSet)
            for (row, vector) in vectors.enumerated() { codes.set(row: row, to: vector) }
            codes.copy(row: 7, to: 40)
            let estimates = codes.estimates((0...40).reversed(), to: query, square: square)
            #expect(estimates.map(\.row) == (0...40).reversed())
            for estimate in estimates {
                let exact = Float(squaredDistance(vectors[estimate.row == 40 ? 7 : estimate.row], query))
                #expect(estimate.lower <= exact && exact <= estimate.upper)
                // Narrow enough to be of use.
                #expect(estimate.upper - estimate.lower <= 0.05 * (exact + square))
            }
        }
    }
}
