import CKernels

/// Codes of one byte per value, with the distance of each code from its vector. They give distances with certain bounds, at a quarter of the
/// memory traffic.
@safe final class ByteCodes {
    /// The number of values of a vector, a multiple of 64.
    let width: Int
    private let codes: RowBuffer<Int8>
    private let rows: RowBuffer<ck_byte_terms>
    private let instructionSet: InstructionSet

    /// A row's squared distance, with its greatest possible error.
    struct Estimate {
        let row: Int
        let squared: Float
        let error: Float
        var lower: Float { squared - error }
        var upper: Float { squared + error }
    }

    /// - Parameter capacity: rows to make room for.
    init(width: Int, capacity: Int, instructionSet: InstructionSet) {
        precondition(width % 64 == 0, "codes of incomplete chunks")
        self.width = width
        self.instructionSet = instructionSet
        codes = RowBuffer(capacity: capacity * width)
        rows = RowBuffer(capacity: capacity)
    }

    func grow(to capacity: Int) {
        codes.grow(to: capacity * width)
        rows.grow(to: capacity)
    }

    /// Different rows may be set at the same time.
    func set(row: Int, to vector: [Float]) {
        precondition(vector.count == width && row < rows.capacity, "no such row")
        unsafe instructionSet.loops.byte_code(Int64(width), vector, codes.base + row * width, rows.base + row)
    }

    /// Copies a row over another.
    func copy(row: Int, to target: Int) {
        unsafe rows.base[target] = rows.base[row]
        unsafe (codes.base + target * width).update(from: codes.base + row * width, count: width)
    }

    /// ‖x − y‖² of some rows x.
    /// - Parameter square: ‖y‖².
    func estimates(_ rows: [Int32], to query: [Float], square: Float) -> [Estimate] {
        precondition(query.count == width, "a query of other dimensions")
        let products = unsafe [Float](unsafeUninitializedCapacity: rows.count) { products, count in
            unsafe instructionSet.loops.byte_products(
                Int64(rows.count), rows, Int64(width), codes.base, query, products.baseAddress)
            count = rows.count
        }
        // The Cauchy–Schwarz inequality bounds the error of the code; the rest is rounding, as in `NearestRows`.
        let length = square.squareRoot()
        let slack = 2 * Float(width + 4) * (Float.ulpOfOne / 2)
        return zip(rows, products).map { row, product in
            let x = unsafe self.rows.base[Int(row)]
            let squares = x.square + square
            return Estimate(
                row: Int(row), squared: squares - 2 * x.step * product, error: 2 * x.error * length + slack * squares)
        }
    }
}
