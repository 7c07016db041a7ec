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
    /// Stage 2 looks for at least this many rows, so that the first row is found equally reliably for every `top`.
    private static let leastBound = 5

    /// - Parameters:
    ///   - codes: of the matrix's rows.
    ///   - scratch: room for one value per row.
    ///   - top: how many rows to return.
    init(
        of query: [Float], in matrix: PrototypeMatrix, by codes: PrototypeCodes, scratch: RowBuffer<Float>, top: Int,
        measure: RowMeasure
    ) {
        let count = matrix.count
        guard count > 0, top > 0 else {
            self.init([], top: top, measure: measure, rest: 0)
            return
        }
        let top = min(top, count)
        let needed = min(count, max(top, NearestRows.leastBound))
        let coded = codes.query(query)
        let square = coded.binary.square
        let blocks = RowBlocks(rows: count, work: codes.binary.width)
        let lower = unsafe scratch.base
        let loops = unsafe codes.instructionSet.loops
        func look(_ rows: [Int32]) -> [Estimate] {
            codes.bytes.estimates(rows, to: coded.centered, square: square).map { Estimate($0, measure) }
        }
        /// The rows that may be among the first `needed`, sorted by exact keys.
        func refine(_ parts: [[Estimate]]) -> [Candidate] {
            var highest = SmallestKeys(capacity: needed)
            for estimate in parts.joined() where estimate.upper < highest.bound {
                highest.offer(estimate.upper, row: estimate.row)
            }
            return parts.joined().filter { $0.lower <= highest.bound }
                .map { Candidate($0.row, query, matrix, measure) }.sorted()
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
        let last = found[needed - 1]
        // The estimates have rounding errors, too.
        let bound = Float(
            measure.key(squaredDistance: last.squared + 1e-5 * (last.squared + Double(square)), row: last.row))
        // These rows must not be lost, whatever their codes say.
        for candidate in found.prefix(needed) { unsafe lower[candidate.row] = -.infinity }
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

        // The softmax over all rows, with two approximations: rows that were not compared by their vectors count with the distance of their
        // codes, and an even sample stands for the rows that stage 1 ruled out.
        let first = measure.logit(exact[0].key)
        let farthest = exact[top - 1].key
        let refined = Set(exact.map(\.row))
        let rest = blocks.map { block -> Double in
            func term(_ estimate: Estimate) -> Double { exp(measure.logit(max(farthest, estimate.key)) - first) }
            let part = looked[blocks.number(of: block)]
            let others = part.all.lazy.filter { $0.lower > bound || !refined.contains($0.row) }
            return others.reduce(0.0) { $0 + term($1) } + Double(step) * part.sample.reduce(0.0) { $0 + term($1) }
        }.reduce(0.0, +)
        self.init(exact, top: top, measure: measure, rest: rest)
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
            upper = Float(key(code.upper))
        }
    }
}
