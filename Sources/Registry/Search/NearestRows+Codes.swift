import CKernels
import Foundation

/// The search among many rows, in stages, each over fewer rows and more of them.
///
/// 1. One bit a value: every row gets a distance that its own rarely falls below.
/// 2. One byte a value, with bounds that hold, and then the vectors, for the lowest of each stretch of rows: no row farther than the
///    last of these that is needed can be among the nearest.
/// 3. One byte a value, for all rows whose distance of the first stage is below that.
/// 4. The vectors, for those that may be among the nearest by their bounds.
///
/// The first stage alone may lose a row. What is returned depends on neither the number of threads nor their timing.
extension NearestRows {
    /// Rows of each block, each the lowest of its stretch, by which the bound is found: so many that the nearest are among them.
    private static let lowestOfBlock = 4
    /// Rows that the softmax is estimated by: enough for a hundredth where distances differ by half a temperature.
    private static let sampled = 8192
    /// The bound is the distance of this nearest at least: whoever asks for one row gets it as surely as who asks for five.
    private static let leastBound = 5

    /// - Parameters:
    ///   - codes: of the matrix's rows.
    ///   - top: how many rows to return.
    ///   - temperature: positive.
    init(
        of query: [Float], in matrix: PrototypeMatrix, by codes: PrototypeCodes, top: Int, temperature: Double
    ) {
        let count = matrix.count
        guard count > 0, top > 0 else {
            entries = []
            return
        }
        let top = min(top, count)
        let needed = min(count, max(top, NearestRows.leastBound))
        let coded = codes.query(query)
        let square = coded.binary.square
        let blocks = RowBlocks(rows: count, work: codes.binary.width)
        let lower = unsafe codes.scratch.base
        let kernels = unsafe codes.kernels.table
        func look(_ rows: [Int32]) -> [ByteCodes.Estimate] {
            codes.bytes.estimates(rows, to: coded.centred, square: square)
        }
        /// Those of the rows that may be among the nearest `needed` of them, sorted.
        func refine(_ parts: [[ByteCodes.Estimate]]) -> [Candidate] {
            var highest = SmallestKeys(capacity: needed)
            for estimate in parts.joined() where estimate.upper < highest.bound {
                highest.offer(estimate.upper, row: estimate.row)
            }
            return parts.joined().filter { $0.lower <= highest.bound }.map { Candidate($0.row, query, matrix) }.sorted()
        }

        let stretch = max(1, count / (NearestRows.lowestOfBlock * blocks.count + 2 * needed))
        let lowest = blocks.map { block in
            unsafe codes.binary.lowerDistances(block, to: coded.binary, into: lower)
            return look(
                Swift.stride(from: block.lowerBound, to: block.upperBound, by: stretch).map { start in
                    let end = min(block.upperBound, start + stretch)
                    return unsafe Int32(start) + kernels.least(Int64(end - start), lower + start)
                })
        }
        let found = refine(lowest)
        let farthestNeeded = Float(found[needed - 1].squared)
        // The estimates round, too.
        let bound = farthestNeeded + 1e-5 * (farthestNeeded + square)
        // These are needed, wherever their codes would have them.
        for candidate in found.prefix(needed) { unsafe lower[candidate.row] = -.infinity }
        let step = max(1, count / NearestRows.sampled)
        let looked = blocks.map { block in
            let rows = unsafe [Int32](unsafeUninitializedCapacity: block.count) { rows, taken in
                let start = block.lowerBound
                taken = unsafe Int(
                    kernels.take_below(bound, Int64(start), Int64(block.count), lower + start, rows.baseAddress))
            }
            let all = look(rows)
            let passed = Swift.stride(from: (block.lowerBound + step - 1) / step * step, to: block.upperBound, by: step)
                .filter { unsafe lower[$0] < .infinity }.map { Int32($0) }
            return (all: all, near: all.filter { $0.lower <= bound }, sample: look(passed))
        }
        let exact = refine(looked.map(\.near))

        // Softmax as over all rows exactly, but for two things: where it was enough, the distances are those of the codes; and the rows
        // that the first stage ruled out are counted by an even sample of them.
        let nearest = exact[0].squared.squareRoot()
        let farthest = exact[top - 1].squared.squareRoot()
        let refined = Set(exact.map(\.row))
        let rest = blocks.map { block -> Double in
            func term(_ estimate: ByteCodes.Estimate) -> Double {
                exp((nearest - max(farthest, Double(max(0, estimate.squared)).squareRoot())) / temperature)
            }
            let part = looked[blocks.number(of: block)]
            let others = part.all.lazy.filter { $0.lower > bound || !refined.contains($0.row) }
            return others.reduce(0.0) { $0 + term($1) } + Double(step) * part.sample.reduce(0.0) { $0 + term($1) }
        }.reduce(0.0, +)
        entries = NearestRows.entries(exact, top: top, temperature: temperature, rest: rest)
    }
}
