import CKernels
import Foundation

/// The search among many rows, in four stages. Each stage reads fewer rows than the one before, and more of each row.
///
/// 1. Codes of one bit per value give each row a lower bound of its distance, which is rarely too high.
/// 2. The row with the lowest bound of each stretch of rows is compared by codes of one byte per value, which have certain bounds, and then
///    by its vector. The distance of the last one needed is an upper bound for all the nearest rows.
/// 3. All rows whose bound of stage 1 is below that are compared by codes of one byte per value.
/// 4. Rows that may be among the nearest by the bounds of stage 3 are compared by their vectors.
///
/// Only stage 1 can lose a row. The result depends neither on the number of threads nor on their timing.
extension NearestRows {
    /// The number of stretches per block in stage 2: enough that the nearest rows are usually among their lowest.
    private static let lowestOfBlock = 4
    /// The number of rows in the sample that estimates the softmax: enough for an error of 1 % when distances differ by half a temperature.
    private static let sampled = 8192
    /// Stage 2 looks for at least this many characters, so that the first is found equally reliably for every `top`.
    private static let leastBound = 5

    /// - Parameters:
    ///   - codes: of the matrix's rows.
    ///   - scratch: room for one value per row.
    ///   - top: how many characters to return.
    init(
        of query: [Float], in matrix: PrototypeMatrix, by codes: PrototypeCodes, scratch: RowBuffer<Float>, top: Int,
        measure: RowMeasure
    ) {
        let count = matrix.count
        guard count > 0, top > 0 else {
            self.init([], top: top, measure: measure, rest: 0)
            return
        }
        let top = min(top, matrix.characterCount)
        let needed = min(matrix.characterCount, max(top, NearestRows.leastBound))
        let coded = codes.query(query)
        let square = coded.binary.square
        let blocks = RowBlocks(rows: count, work: codes.binary.width)
        let lower = unsafe scratch.base
        let loops = unsafe codes.instructionSet.loops
        func look(_ rows: [Int32]) -> [Estimate] {
            codes.bytes.estimates(rows, to: coded.centered, square: square).map { Estimate($0, measure) }
        }
        /// The characters that may be among the first `needed`, sorted by exact keys; all if there are fewer.
        func refine(_ parts: [[Estimate]]) -> [Candidate] {
            var size = needed
            while true {
                var highest = SmallestKeys(capacity: size)
                for estimate in parts.joined() where estimate.upper < highest.bound {
                    highest.offer(estimate.upper, row: estimate.row)
                }
                let rows = parts.joined().filter { $0.lower <= highest.bound }.map(\.row)
                let found = Candidate.all(rows, query, matrix, measure)
                // Several rows may be of one character.
                if found.count >= needed || highest.bound == .infinity { return found }
                size *= 4
            }
        }

        let stretch = max(1, count / (NearestRows.lowestOfBlock * blocks.count + 2 * needed))
        let lowest = blocks.map { block in
            unsafe codes.binary.lowerDistances(block, to: coded.binary, into: lower)
            unsafe measure.turnToKeys(lower, block)
            return look(
                Swift.stride(from: block.lowerBound, to: block.upperBound, by: stretch).map { start in
                    let end = min(block.upperBound, start + stretch)
                    return unsafe Int32(start) + loops.least(Int64(end - start), lower + start)
                })
        }
        let found = refine(lowest)
        let bound =
            found.count < needed
            ? Float.infinity : NearestRows.bound(of: found[needed - 1], query, matrix, measure, square)
        // These characters must not be lost, whatever their codes say.
        for candidate in found.prefix(needed) {
            for row in matrix.allRows(of: candidate.row) { unsafe lower[row] = -.infinity }
        }
        let step = max(1, count / NearestRows.sampled)
        let looked = blocks.map { block in
            let rows = unsafe [Int32](unsafeUninitializedCapacity: block.count) { rows, taken in
                let start = block.lowerBound
                taken = unsafe Int(
                    loops.take_below(bound, Int64(start), Int64(block.count), lower + start, rows.baseAddress))
            }
            let all = look(rows)
            let passed = Swift.stride(from: (block.lowerBound + step - 1) / step * step, to: block.upperBound, by: step)
                .filter { unsafe lower[$0] < .infinity }.map { Int32($0) }
            return (all: all, near: all.filter { $0.lower <= bound }, sample: look(passed))
        }
        let exact = refine(looked.map(\.near))

        // The softmax over all characters, with two approximations: rows that were not compared by their vectors count with the distance of
        // their codes, and an even sample stands for the rows that stage 1 ruled out.
        let first = measure.logit(exact[0].key)
        let farthest = exact[top - 1].key
        let refined = Set(exact.flatMap { matrix.allRows(of: $0.row) })
        let isSimple = !matrix.hasAppearances
        let rest = blocks.map { block -> Double in
            func term(_ estimate: Estimate) -> Double {
                // A refined character may have rows that are not near.
                if !(isSimple && estimate.lower > bound), refined.contains(estimate.row) { return 0 }
                return exp(measure.logit(max(farthest, estimate.key)) + measure.logShare(estimate.row) - first)
            }
            let part = looked[blocks.number(of: block)]
            return part.all.reduce(0.0) { $0 + term($1) } + Double(step) * part.sample.reduce(0.0) { $0 + term($1) }
        }.reduce(0.0, +)
        self.init(exact, top: top, measure: measure, rest: rest)
    }

    /// A character's key with room for the rounding errors of the estimates.
    private static func bound(
        of candidate: Candidate, _ query: [Float], _ matrix: PrototypeMatrix, _ measure: RowMeasure, _ square: Float
    ) -> Float {
        Float(
            measure.key(ofCharacter: candidate.row, in: matrix) { row in
                let squared =
                    row == candidate.row ? candidate.squared : matrix.exactSquaredDistance(query, row: row)
                return squared + 1e-5 * (squared + Double(square))
            })
    }

    /// The key of a row by its code of one byte per value, with certain bounds.
    private struct Estimate {
        let row: Int
        let key: Double
        let lower: Float
        let upper: Float

        init(_ code: ByteCodes.Estimate, _ measure: RowMeasure) {
            func key(_ squared: Float) -> Double { measure.key(squaredDistance: Double(squared), row: code.row) }
            row = code.row
            self.key = key(max(0, code.squared))
            lower = Float(key(code.lower))
            // A character is at least as likely as one of its appearances times its share.
            upper = Float(key(code.upper) - measure.logShare(code.row))
        }
    }
}
