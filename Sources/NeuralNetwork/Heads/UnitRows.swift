/// The rows of a matrix scaled to length 1, and the gradient of that scaling.
public struct UnitRows: Sendable {
    private let width: Int
    /// 1 / the rows' lengths.
    private let inverses: [Float]
    /// N × D, row-major, each row of length 1; a row of zeros stays as it is.
    public let values: [Float]

    public var count: Int { inverses.count }

    /// - Parameters:
    ///   - rows: N × D, row-major.
    ///   - width: D.
    public init(_ rows: [Float], width: Int) {
        precondition(rows.count % width == 0, "\(rows.count) values are no rows of \(width)")
        self.width = width
        var (values, inverses) = (rows, [Float]())
        for start in stride(from: 0, to: rows.count, by: width) {
            var sum = 0.0
            for index in start..<start + width { sum += Double(rows[index]) * Double(rows[index]) }
            let inverse = Float(1 / max(sum.squareRoot(), 1e-12))
            inverses.append(inverse)
            for index in start..<start + width { values[index] *= inverse }
        }
        (self.values, self.inverses) = (values, inverses)
    }

    /// The gradient of the rows from that of `values`: (g − (g·u) u) / length.
    public func gradient(_ ofValues: [Float]) -> [Float] {
        precondition(ofValues.count == values.count, "\(ofValues.count) gradients for \(values.count) values")
        var result = ofValues
        for (row, inverse) in inverses.enumerated() {
            let range = row * width..<(row + 1) * width
            var dot: Float = 0
            for index in range { dot += ofValues[index] * values[index] }
            for index in range { result[index] = (ofValues[index] - dot * values[index]) * inverse }
        }
        return result
    }
}
