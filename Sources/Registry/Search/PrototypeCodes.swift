/// Short codes of a matrix's rows. A search rules out most rows by their codes, without reading the rows.
///
/// A row is coded as its difference from a center, so that what all vectors have in common does not affect the codes. Like the matrix, the
/// codes are guarded by ``PrototypeIndex``'s lock.
@safe final class PrototypeCodes {
    /// The number of rows when the center was computed.
    let centeredOn: Int
    let binary: BinaryCodes
    let bytes: ByteCodes
    /// The number of rows that there is room for.
    private(set) var capacity: Int
    let instructionSet: InstructionSet
    private let center: [Float]
    private let rotation: RandomRotation

    /// - Parameters:
    ///   - center: one value per dimension.
    ///   - capacity: rows to make room for.
    init(center: [Float], centeredOn count: Int, capacity: Int, instructionSet: InstructionSet) {
        rotation = RandomRotation(dimensions: center.count, instructionSet: instructionSet)
        self.center = center
        self.instructionSet = instructionSet
        centeredOn = count
        let capacity = PrototypeCodes.wholeBlocks(capacity)
        self.capacity = capacity
        binary = BinaryCodes(width: rotation.width, capacity: capacity, instructionSet: instructionSet)
        bytes = ByteCodes(width: rotation.width, capacity: capacity, instructionSet: instructionSet)
    }

    /// Room for one value per row, which a search needs of its own.
    func scratch() -> RowBuffer<Float> { RowBuffer(capacity: capacity) }

    private static func wholeBlocks(_ rows: Int) -> Int {
        (rows + BinaryCodes.rowsPerBlock - 1) / BinaryCodes.rowsPerBlock * BinaryCodes.rowsPerBlock
    }

    func grow(to capacity: Int) {
        let capacity = PrototypeCodes.wholeBlocks(capacity)
        binary.grow(to: capacity)
        bytes.grow(to: capacity)
        self.capacity = capacity
    }

    /// Rows of different blocks of 32 may be set at the same time.
    func set(row: Int, to vector: UnsafeBufferPointer<Float>) {
        let centered = unsafe centered(vector)
        bytes.set(row: row, to: centered)
        binary.set(row: row, to: rotation(centered))
    }

    /// Copies a row over another.
    func copy(row: Int, to target: Int) {
        binary.copy(row: row, to: target)
        bytes.copy(row: row, to: target)
    }

    /// The difference from the center, padded with zeros.
    private func centered(_ vector: UnsafeBufferPointer<Float>) -> [Float] {
        var centered = [Float](repeating: 0, count: rotation.width)
        for index in center.indices { centered[index] = unsafe vector[index] - center[index] }
        return centered
    }

    /// A query in the form that the codes need.
    struct Query {
        let centered: [Float]
        let binary: BinaryQuery
    }

    func query(_ vector: [Float]) -> Query {
        let centered = unsafe vector.withUnsafeBufferPointer { unsafe self.centered($0) }
        return Query(centered: centered, binary: BinaryQuery(rotated: rotation(centered)))
    }
}
