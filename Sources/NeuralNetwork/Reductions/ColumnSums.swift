import CKernels

/// Two sums over every column of a matrix. Blocks of rows are summed in single precision, and the blocks' sums are added in double precision
/// and in order, so that the result does not depend on the number of threads.
struct ColumnSums {
    private let rows: Int
    private let columns: Int
    /// Rows of a portion: the caller sums portions in any order. A block lies within one portion.
    private let portion: Int
    private let size: Int
    /// By block: the first sums, then the second ones.
    private let sums: AlignedBuffer

    /// Rows of a block.
    static func blockRows(_ columns: Int) -> Int { max(16, 16384 / columns) }

    /// - Parameter portion: rows of a portion; nil for all rows.
    init(rows: Int, columns: Int, portion: Int? = nil, _ workspace: Workspace) throws(NetworkError) {
        (self.rows, self.columns) = (rows, columns)
        self.portion = portion ?? rows
        size = Self.blockRows(columns)
        let portions = (rows + self.portion - 1) / self.portion
        sums = try workspace.floats(portions * ((self.portion + size - 1) / size) * columns * 2)
    }

    private var blocksPerPortion: Int { (portion + size - 1) / size }

    /// The rows of a block. The last portion may be smaller, and its last blocks are empty then.
    private func range(_ block: Int) -> Range<Int> {
        let start = block / blocksPerPortion * portion
        let end = min(start + portion, rows)
        let first = min(start + block % blocksPerPortion * size, end)
        return first..<min(first + size, end)
    }

    /// Stores both sums of some rows, one value for each column.
    typealias Summation = (
        _ rows: Range<Int>, _ first: UnsafeMutablePointer<Float>, _ second: UnsafeMutablePointer<Float>
    ) -> Void

    private func sum(block: Int, _ body: Summation) {
        let rows = range(block)
        let first = unsafe sums.base + block * columns * 2
        if !rows.isEmpty { unsafe body(rows, first, first + columns) }
    }

    /// Sums the rows of one portion; different portions may be summed at the same time.
    func sum(portion: Int, _ body: Summation) {
        for block in portion * blocksPerPortion..<(portion + 1) * blocksPerPortion { unsafe sum(block: block, body) }
    }

    /// Sums all rows, on all threads.
    func sum(_ workspace: Workspace, _ body: Summation) {
        workspace.pool.run(blocks) { block, _ in unsafe sum(block: block, body) }
    }

    private var blocks: Int { sums.count / (columns * 2) }

    /// Both sums of the blocks, in order.
    func forEachBlock(
        _ body: (_ rows: Range<Int>, _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>) -> Void
    ) {
        for block in 0..<blocks {
            unsafe sum(block: block) { unsafe body($0, UnsafePointer($1), UnsafePointer($2)) }
        }
    }

    /// The sums over all rows, the first ones before the second ones.
    var totals: [Double] {
        var totals = [Double](repeating: 0, count: 2 * columns)
        unsafe forEachBlock { _, first, second in
            for column in 0..<columns {
                totals[column] += Double(unsafe first[column])
                totals[columns + column] += Double(unsafe second[column])
            }
        }
        return totals
    }

    /// Σ of every column.
    static func of(_ x: AlignedBuffer, rows: Int, columns: Int, _ workspace: Workspace) throws(NetworkError) -> [Double]
    {
        let zeros = AlignedBuffer(zeros: columns)
        let sums = try ColumnSums(rows: rows, columns: columns, workspace)
        unsafe sums.sum(workspace) { range, first, second in
            unsafe workspace.instructionSet.loops.moments(
                Int64(range.count), Int64(columns), x.base + range.lowerBound * columns, zeros.base, first, second)
        }
        return Array(sums.totals[..<columns])
    }
}
