import CKernels

/// The mean and the variance of every column of a matrix.
///
/// A block sums the differences from its first row: sums of the plain values' squares would cancel where the mean is large. The blocks'
/// means and squares are combined as in Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for
/// computing sample variances", 1979.
struct ColumnMoments {
    private let rows: Int
    private let columns: Int
    private let sums: ColumnSums

    /// - Parameter portion: rows of a portion; nil for all rows.
    init(rows: Int, columns: Int, portion: Int? = nil, _ workspace: Workspace) throws(NetworkError) {
        (self.rows, self.columns) = (rows, columns)
        sums = try ColumnSums(rows: rows, columns: columns, portion: portion, workspace)
    }

    /// Takes all rows of x, on all threads.
    func take(_ x: AlignedBuffer, _ workspace: Workspace) {
        unsafe sums.sum(workspace) { unsafe take($0, x, workspace, $1, $2) }
    }

    /// Takes the rows of one portion of x; different portions may be taken at the same time.
    func take(portion: Int, of x: AlignedBuffer, _ workspace: Workspace) {
        unsafe sums.sum(portion: portion) { unsafe take($0, x, workspace, $1, $2) }
    }

    private func take(
        _ range: Range<Int>, _ x: AlignedBuffer, _ workspace: Workspace, _ sum: UnsafeMutablePointer<Float>,
        _ square: UnsafeMutablePointer<Float>
    ) {
        let first = unsafe x.base + range.lowerBound * columns
        unsafe workspace.instructionSet.loops.moments(Int64(range.count), Int64(columns), first, first, sum, square)
    }

    /// The mean and the biased variance.
    /// - Parameter x: the matrix that was taken.
    func result(_ x: AlignedBuffer) -> (mean: [Double], variance: [Double]) {
        var mean = [Double](repeating: 0, count: columns)
        var variance = mean
        var count = 0.0
        unsafe sums.forEachBlock { range, sum, square in
            let rows = Double(range.count)
            let shift = unsafe x.base + range.lowerBound * columns
            let weight = rows / (count + rows)
            for column in 0..<columns {
                let own = unsafe Double(sum[column]) / rows
                let difference = unsafe Double(shift[column]) + own - mean[column]
                mean[column] += difference * weight
                variance[column] +=
                    unsafe max(0, Double(square[column]) - own * own * rows) + difference * difference * count * weight
            }
            count += rows
        }
        for column in 0..<columns { variance[column] /= count }
        return (mean, variance)
    }
}
