/// Short codes of a matrix's rows, by which most rows are ruled out without being read.
///
/// Rows are coded as differences from a centre, so that what all vectors have in common takes no part in the codes. Like the
/// matrix, it is guarded by ``PrototypeIndex``'s lock.
@safe final class PrototypeCodes {
    /// How many rows there were when the centre was computed.
    let centredOn: Int
    let binary: BinaryCodes
    let bytes: ByteCodes
    /// Room for one value a row, which a search uses while it holds the lock.
    let scratch: RowBuffer<Float>
    let kernels: SearchKernels
    private let centre: [Float]
    private let rotation: RandomRotation

    /// - Parameters:
    ///   - centre: one value a dimension.
    ///   - capacity: rows to make room for.
    init(centre: [Float], centredOn count: Int, capacity: Int, kernels: SearchKernels) {
        rotation = RandomRotation(dimensions: centre.count, kernels: kernels)
        self.centre = centre
        self.kernels = kernels
        centredOn = count
        let capacity = PrototypeCodes.wholeBlocks(capacity)
        binary = BinaryCodes(width: rotation.width, capacity: capacity, kernels: kernels)
        bytes = ByteCodes(width: rotation.width, capacity: capacity, kernels: kernels)
        scratch = RowBuffer(capacity: capacity)
    }

    private static func wholeBlocks(_ rows: Int) -> Int {
        (rows + BinaryCodes.rowsPerBlock - 1) / BinaryCodes.rowsPerBlock * BinaryCodes.rowsPerBlock
    }

    func grow(to capacity: Int) {
        let capacity = PrototypeCodes.wholeBlocks(capacity)
        binary.grow(to: capacity)
        bytes.grow(to: capacity)
        scratch.grow(to: capacity)
    }

    /// Rows of different blocks of 32 may be set at the same time.
    func set(row: Int, to vector: UnsafeBufferPointer<Float>) {
        let centred = unsafe centred(vector)
        bytes.set(row: row, to: centred)
        binary.set(row: row, to: rotation(centred))
    }

    /// Copies a row over another.
    func copy(row: Int, to target: Int) {
        binary.copy(row: row, to: target)
        bytes.copy(row: row, to: target)
    }

    /// The difference from the centre, filled up with zeros.
    private func centred(_ vector: UnsafeBufferPointer<Float>) -> [Float] {
        var centred = [Float](repeating: 0, count: rotation.width)
        for index in centre.indices { centred[index] = unsafe vector[index] - centre[index] }
        return centred
    }

    /// A query as the codes take it.
    struct Query {
        let centred: [Float]
        let binary: BinaryQuery
    }

    func query(_ vector: [Float]) -> Query {
        let centred = unsafe vector.withUnsafeBufferPointer { unsafe self.centred($0) }
        return Query(centred: centred, binary: BinaryQuery(rotated: rotation(centred)))
    }
}
