import CKernels

/// A matrix in the layout that the matrix product reads, to multiply many vectors with.
///
/// A row of a product depends on neither the other rows nor their number, to the bit. `Sendable`: the packed values are only read.
public struct PackedMatrix: Sendable, Equatable {
    /// The length of the vectors, and of what comes out.
    public let inputs, outputs: Int
    private let packed: AlignedBuffer
    private let instructionSet = InstructionSet.best

    /// - Parameter values: outputs × inputs, row-major.
    public init(_ values: [Float], outputs: Int, inputs: Int) {
        precondition(values.count == outputs * inputs, "\(values.count) values are no \(outputs)×\(inputs)")
        (self.inputs, self.outputs) = (inputs, outputs)
        packed = instructionSet.pack(transposed: values, k: inputs, n: outputs)
    }

    /// Outputs × inputs, row-major.
    public var values: [Float] {
        let width = unsafe Int(instructionSet.loops.panel)
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
                unsafe multiply(from, count: count, to: to)
            }
        }
        return products
    }

    /// The same, into the caller's memory.
    /// - Parameters:
    ///   - vectors: count × inputs, row-major.
    ///   - products: room for count × outputs.
    package func multiply(
        _ vectors: UnsafePointer<Float>, count: Int, to products: UnsafeMutablePointer<Float>
    ) {
        unsafe instructionSet.loops.gemm(
            Int64(count), Int64(outputs), Int64(inputs), vectors, Int64(inputs), packed.base, nil, products,
            Int64(outputs))
    }
}
