import CKernels

/// A matrix that many vectors are multiplied with, in the order in which the matrix product reads it.
///
/// A row of a product depends on neither the other rows nor their number, to the bit. `Sendable`: the packed values are only read.
public struct PackedMatrix: Sendable, Equatable {
    /// The length of the vectors, and of what comes out.
    public let inputs, outputs: Int
    private let packed: AlignedBuffer
    private let kernels = KernelSet.best

    /// - Parameter values: outputs × inputs, row-major.
    public init(_ values: [Float], outputs: Int, inputs: Int) {
        precondition(values.count == outputs * inputs, "\(values.count) values are no \(outputs)×\(inputs)")
        (self.inputs, self.outputs) = (inputs, outputs)
        var turned = [Float](repeating: 0, count: values.count)
        for output in 0..<outputs {
            for input in 0..<inputs { turned[input * outputs + output] = values[output * inputs + input] }
        }
        packed = kernels.pack(turned, k: inputs, n: outputs)
    }

    /// Outputs × inputs, row-major.
    public var values: [Float] {
        let width = unsafe Int(kernels.table.panel)
        return (0..<outputs * inputs).map { index in
            let (output, input) = (index / inputs, index % inputs)
            return unsafe packed.base[(output / width * inputs + input) * width + output % width]
        }
    }

    public static func == (one: PackedMatrix, other: PackedMatrix) -> Bool {
        (one.inputs, one.outputs) == (other.inputs, other.outputs) && one.values == other.values
    }

    /// The products of the matrix and `count` vectors.
    /// - Parameter vectors: count × inputs, row-major.
    /// - Returns: count × outputs.
    public func times(_ vectors: [Float], count: Int) -> [Float] {
        precondition(vectors.count == count * inputs, "\(vectors.count) values are no \(count) vectors of \(inputs)")
        guard count > 0 else { return [] }
        var products = [Float](repeating: 0, count: count * outputs)
        unsafe vectors.withUnsafeBufferPointer { vectors in
            unsafe products.withUnsafeMutableBufferPointer { products in
                guard let from = vectors.baseAddress, let to = products.baseAddress else { return }
                unsafe kernels.table.gemm(
                    Int64(count), Int64(outputs), Int64(inputs), from, Int64(inputs), packed.base, nil, to,
                    Int64(outputs))
            }
        }
        return products
    }
}
