/// 1 / ‖x‖ of the values in a range, summed in double precision: the factor that scales them to length 1.
///
/// Lengths below 1e-12 count as 1e-12, as in PyTorch's `normalize`, so zeros times the factor stay zeros.
public func inverseLength(_ values: [Float], _ range: Range<Int>) -> Float {
    var sum: Double = 0
    for index in range { sum += Double(values[index]) * Double(values[index]) }
    return Float(1 / max(sum.squareRoot(), 1e-12))
}

/// Scales the values in a range to length 1; zeros stay zeros.
public func normalize(_ values: inout [Float], _ range: Range<Int>) {
    let factor = inverseLength(values, range)
    for index in range { values[index] *= factor }
}

/// A vector scaled to length 1; zeros stay zeros.
public func normalized(_ vector: [Float]) -> [Float] {
    var result = vector
    normalize(&result, result.indices)
    return result
}
