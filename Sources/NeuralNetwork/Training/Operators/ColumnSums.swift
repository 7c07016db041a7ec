import CKernels

/// Sums over the rows of a matrix: blocks of rows in single precision, the blocks in double and in order, the same for any number of
/// threads.
enum ColumnSums {
    /// Rows whose sums are taken in single precision.
    static func blockRows(_ columns: Int) -> Int { max(16, 16384 / columns) }

    /// Σ of every column.
    static func of(_ x: AlignedBuffer, rows: Int, columns: Int, _ workspace: Workspace) -> [Double] {
        let zeros = AlignedBuffer(zeros: columns)
        return Array(unsafe moments(x, rows: rows, columns: columns, shift: zeros.base, workspace)[..<columns])
    }

    /// Σ(x − shift) of every column, then Σ(x − shift)².
    static func moments(
        _ x: AlignedBuffer, rows: Int, columns: Int, shift: UnsafePointer<Float>, _ workspace: Workspace
    ) -> [Double] {
        unsafe pairs(rows: rows, columns: columns, workspace) { range, first, second in
            unsafe workspace.kernels.table.moments(
                Int64(range.count), Int64(columns), x.base + range.lowerBound * columns, shift, first, second)
        }
    }

    /// Two sums of every column, the first ones before the second ones.
    /// - Parameter body: stores both of some rows, `columns` values each.
    static func pairs(
        rows: Int, columns: Int, _ workspace: Workspace,
        _ body: (_ rows: Range<Int>, _ first: UnsafeMutablePointer<Float>, _ second: UnsafeMutablePointer<Float>) ->
            Void
    ) -> [Double] {
        let size = blockRows(columns)
        let blocks = (rows + size - 1) / size
        let sums = workspace.floats(blocks * columns * 2)
        workspace.eachBlock(of: rows, size: size) { range, block in
            let first = unsafe sums.base + block * columns * 2
            unsafe body(range, first, first + columns)
        }
        var totals = [Double](repeating: 0, count: 2 * columns)
        for block in 0..<blocks {
            for index in 0..<2 * columns { totals[index] += Double(unsafe sums.base[block * 2 * columns + index]) }
        }
        return totals
    }
}
