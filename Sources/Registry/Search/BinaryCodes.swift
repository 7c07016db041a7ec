import CKernels

/// Codes of one bit per value: the signs of rotated vectors. They give estimates of distances at a 32nd of the memory traffic.
///
/// The estimate of the inner product of a vector x and a query y is ‖x‖² / ‖x‖₁ · ⟨sign x, y⟩, which is unbiased over random
/// rotations. Source: Gao and Long, "RaBitQ: quantizing high-dimensional vectors with a theoretical error bound for approximate
/// nearest neighbor search", SIGMOD 2024; the scan by look-ups in registers is that of André et al., "Cache locality is not enough:
/// high-performance nearest neighbor search with product quantization fast scan", VLDB 2015.
@safe final class BinaryCodes {
    /// The number of rows whose codes are interleaved: byte g · 16 + r of a block holds values 4g to 4g + 3 of its rows r and r + 16.
    static let rowsPerBlock = 32

    /// The number of values of a vector, a multiple of 64.
    let width: Int
    private let codes: RowBuffer<UInt8>
    /// ‖x‖² of each row.
    private let squares: RowBuffer<Float>
    /// 2 ‖x‖² / ‖x‖₁ of each row.
    private let factors: RowBuffer<Float>
    private let instructionSet: InstructionSet

    /// - Parameter capacity: rows to make room for, whole blocks.
    init(width: Int, capacity: Int, instructionSet: InstructionSet) {
        precondition(width % 64 == 0 && capacity % BinaryCodes.rowsPerBlock == 0, "codes of incomplete blocks")
        self.width = width
        self.instructionSet = instructionSet
        codes = RowBuffer(capacity: capacity * width / 8)
        squares = RowBuffer(capacity: capacity)
        factors = RowBuffer(capacity: capacity)
    }

    func grow(to capacity: Int) {
        codes.grow(to: capacity * width / 8)
        squares.grow(to: capacity)
        factors.grow(to: capacity)
    }

    /// Rows of different blocks may be set at the same time.
    func set(row: Int, to rotated: [Float]) {
        precondition(rotated.count == width && row < squares.capacity, "no such row")
        var (square, absolute) = (Float(0), Float(0))
        for value in rotated {
            square += value * value
            absolute += abs(value)
        }
        unsafe squares.base[row] = square
        unsafe factors.base[row] = absolute > 0 ? 2 * square / absolute : 0
        unsafe forEachByte(of: row) { group, byte, shift in
            var bits: UInt8 = 0
            for place in 0..<4 where rotated[group * 4 + place] > 0 { bits |= 1 << UInt8(place) }
            unsafe byte.pointee = byte.pointee & ~(15 << shift) | bits << shift
        }
    }

    /// Copies a row over another.
    func copy(row: Int, to target: Int) {
        unsafe squares.base[target] = squares.base[row]
        unsafe factors.base[target] = factors.base[row]
        var bits: [UInt8] = []
        unsafe forEachByte(of: row) { _, byte, shift in bits.append(unsafe byte.pointee >> shift & 15) }
        unsafe forEachByte(of: target) { group, byte, shift in
            unsafe byte.pointee = byte.pointee & ~(15 << shift) | bits[group] << shift
        }
    }

    /// Calls `body` with the position of each of a row's half bytes.
    private func forEachByte(of row: Int, _ body: (_ group: Int, UnsafeMutablePointer<UInt8>, _ shift: UInt8) -> Void) {
        let place = row % BinaryCodes.rowsPerBlock
        let first = unsafe codes.base + row / BinaryCodes.rowsPerBlock * (width * 4) + place % 16
        for group in 0..<width / 4 { unsafe body(group, first + group * 16, UInt8(place / 16 * 4)) }
    }

    /// Computes, for each row of whole blocks, a lower bound of the squared distance that is rarely too high; see ``BinaryQuery``.
    func lowerDistances(
        _ rows: Range<Int>, to query: BinaryQuery, into lower: UnsafeMutablePointer<Float>
    ) {
        precondition(rows.lowerBound % BinaryCodes.rowsPerBlock == 0, "a scan begins with a block")
        let blocks = (rows.count + BinaryCodes.rowsPerBlock - 1) / BinaryCodes.rowsPerBlock
        let (codes, start) = unsafe (codes.base + rows.lowerBound * width / 8, rows.lowerBound)
        var terms = ck_code_query(square: query.square, scale: query.scale, offset: query.offset)
        unsafe query.tables.withUnsafeBufferPointer { tables in
            unsafe instructionSet.loops.binary_distances(
                Int64(width / 4), tables.baseAddress, Int64(blocks), codes, squares.base + start,
                factors.base + start, &terms, lower + start)
        }
    }
}

/// A query against ``BinaryCodes``.
///
/// The error of the estimate of 2⟨x, y⟩ has a standard deviation of 2 ‖x‖² / ‖x‖₁ · ‖y‖ · √(1 − 2/π), because a rotated vector's ‖x‖₁² is
/// 2/π · n ‖x‖². The lower bound is the estimate minus a margin of several deviations; their number decides how rarely it is too high.
struct BinaryQuery {
    /// At 3, one lower bound of 700 is too high.
    private static let deviations: Float = 3

    /// Σ ±yᵢ of four values, for each of the 16 choices of signs, as numbers below 64.
    let tables: [UInt8]
    /// ⟨sign x, y⟩ + margin = scale · (sum of entries) + offset.
    let scale: Float
    let offset: Float
    /// ‖y‖².
    let square: Float

    init(rotated query: [Float]) {
        let groups = query.count / 4
        // The sum of all entries must fit 16 bits, and the sum of four entries must fit a byte.
        let levels = Float(min(63, 65535 / groups))
        var (square, absolute, widest) = (Float(0), Float(0), Float(0))
        for group in 0..<groups {
            let sum = (0..<4).reduce(Float(0)) { $0 + abs(query[group * 4 + $1]) }
            absolute += sum
            widest = max(widest, sum)
        }
        for value in query { square += value * value }
        let scale = widest > 0 ? 2 * widest / levels : 1
        var tables = [UInt8](repeating: 0, count: groups * 16)
        for entry in tables.indices {
            // Relative to the group's smallest sum: twice the magnitude of each value whose sign is the query's.
            let sum = (0..<4).reduce(Float(0)) { sum, place in
                let value = query[entry / 16 * 4 + place]
                return sum + (((entry >> place) & 1 == 1) == (value > 0) ? 2 * abs(value) : 0)
            }
            tables[entry] = UInt8(exactly: (sum / scale).rounded()) ?? 0
        }
        self.tables = tables
        self.scale = scale
        self.square = square
        offset = BinaryQuery.deviations * (square * (1 - 2 / .pi)).squareRoot() - absolute
    }
}
