import COpenBLAS
import Foundation
import Statistics

/// The prototypes of one model as the rows of a matrix, 64-byte aligned for the BLAS.
///
/// Each character has a row for its mean. A character with several appearances has further rows, one for each; the likelihood compares with
/// these instead of the mean, and a search by distance only with the mean.
///
/// Rows are added, replaced and removed in place. Removal moves the last row into the gap, so the order of rows has no meaning.
///
/// Unchecked `Sendable`, because it passes once from the thread that fills it into ``PrototypeIndex``'s lock, and the compiler cannot follow
/// it into the lock's closure. That is sound: `PrototypeIndex.load` fills it while nothing else has a reference, and puts it into the state
/// under the lock as its last step. From then on it is changed only with the lock held for writing. Searches, which hold the lock for reading,
/// only read it, and their parallel loops end before the lock is released.
@safe final class PrototypeMatrix: @unchecked Sendable {
    /// Values per row.
    let dimensions: Int
    /// The number of rows.
    private(set) var count = 0
    /// The character of each row.
    private(set) var characters: [Int64] = []
    private(set) var names: [String] = []
    /// ‖p‖² of each row.
    private(set) var squaredNorms: [Float] = []
    /// Twice the number of pictures behind each row, as the likelihood counts them; 0 for a mean that it does not compare with.
    private(set) var doubledCounts: [Int32] = []
    /// The logarithm of each row's share of its character's pictures; 0 for a mean.
    private(set) var logShares: [Float] = []
    /// Whether each row is a character's mean; otherwise it is that of an appearance.
    private(set) var isMean: [Bool] = []
    /// The row of each character's mean.
    private var meanRows: [Int64: Int] = [:]
    /// The rows of the appearances of characters that have several.
    private var appearanceRows: [Int64: [Int]] = [:]

    /// The number of characters.
    var characterCount: Int { meanRows.count }
    /// Whether a character has several appearances.
    var hasAppearances: Bool { !appearanceRows.isEmpty }

    /// The name of each character.
    var meanNames: [String] { hasAppearances ? zip(names, isMean).filter(\.1).map(\.0) : names }

    /// The row of the mean of a row's character.
    func meanRow(of row: Int) -> Int { isMean[row] ? row : meanRows[characters[row]] ?? row }

    /// The rows that the likelihood compares with, of a row's character.
    func likelihoodRows(of row: Int) -> [Int] { appearanceRows[characters[row]] ?? [row] }

    /// All rows of a row's character.
    func allRows(of row: Int) -> [Int] {
        guard let others = appearanceRows[characters[row]] else { return [row] }
        return [meanRow(of: row)] + others
    }

    /// A search reads all values of a matrix of up to this size, which takes about 10 ms of memory traffic.
    static let largestWithoutCodes = 1 << 26

    /// Codes of the rows, if there are many rows; see ``updateCodes()``.
    private(set) var codes: PrototypeCodes?
    private let codeThreshold: Int
    private let instructionSet: InstructionSet

    /// Values from one row to the next: `dimensions` rounded up to whole cache lines.
    private let stride: Int
    private var capacity: Int
    private let values: RowBuffer<Float>

    /// - Parameters:
    ///   - capacity: rows to make room for; the matrix grows automatically beyond that.
    ///   - codeThreshold: a matrix with more values than this gets codes of its rows.
    init(
        dimensions: Int, capacity: Int, codeThreshold: Int = PrototypeMatrix.largestWithoutCodes,
        instructionSet: InstructionSet = .best
    ) {
        precondition(dimensions > 0, "a vector has at least one dimension")
        self.dimensions = dimensions
        self.codeThreshold = codeThreshold
        self.instructionSet = instructionSet
        stride = (dimensions + 15) / 16 * 16
        self.capacity = max(capacity, 64)
        values = RowBuffer(capacity: self.capacity * stride)
        characters.reserveCapacity(capacity)
        names.reserveCapacity(capacity)
        squaredNorms.reserveCapacity(capacity)
        doubledCounts.reserveCapacity(capacity)
        logShares.reserveCapacity(capacity)
        isMean.reserveCapacity(capacity)
        meanRows.reserveCapacity(capacity)
    }

    /// Adds a character's prototype or replaces it.
    /// - Parameters:
    ///   - pictures: how many the prototype is the mean of, at least 1.
    ///   - appearances: of the character; none if there is only one.
    func set(character: Int64, name: String, vector: [Float], count pictures: Int, appearances: [Appearance] = []) {
        if !appearances.isEmpty || appearanceRows[character] != nil { remove(character: character) }
        let row = meanRows[character] ?? count
        if row == count {
            meanRows[character] = row
            add(vector, of: character, name)
        } else {
            names[row] = name
            write(vector, to: row)
        }
        doubledCounts[row] = appearances.isEmpty ? Int32(clamping: 2 * pictures) : 0
        guard !appearances.isEmpty else { return }
        appearanceRows[character] = Appearance.rows(appearances).map { appearance in
            let row = count
            add(appearance.vector, of: character, name)
            doubledCounts[row] = Int32(clamping: Int(2 * appearance.count))
            logShares[row] = Float(log(appearance.share))
            isMean[row] = false
            return row
        }
    }

    /// Adds a row for a mean, with no pictures yet.
    private func add(_ vector: [Float], of character: Int64, _ name: String) {
        if count == capacity { grow() }
        characters.append(character)
        names.append(name)
        squaredNorms.append(0)
        doubledCounts.append(0)
        logShares.append(0)
        isMean.append(true)
        count += 1
        write(vector, to: count - 1)
    }

    private func write(_ vector: [Float], to row: Int) {
        precondition(vector.count == dimensions, "a prototype of \(vector.count) instead of \(dimensions) dimensions")
        squaredNorms[row] = Float(vector.reduce(0.0) { $0 + Double($1) * Double($1) })
        unsafe vector.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            unsafe (values.base + row * stride).update(from: start, count: dimensions)
        }
        unsafe codes?.set(row: row, to: self.row(row))
    }

    private func row(_ row: Int) -> UnsafeBufferPointer<Float> {
        unsafe UnsafeBufferPointer(start: values.base + row * stride, count: dimensions)
    }

    func rename(character: Int64, to name: String) {
        guard let row = meanRows[character] else { return }
        for row in allRows(of: row) { names[row] = name }
    }

    func remove(character: Int64) {
        // The last one first, so that no row moves that is to be removed.
        for row in (appearanceRows.removeValue(forKey: character) ?? []).sorted(by: >) { remove(row: row) }
        if let row = meanRows.removeValue(forKey: character) { remove(row: row) }
    }

    private func remove(row: Int) {
        let last = count - 1
        if row != last {
            unsafe (values.base + row * stride).update(from: values.base + last * stride, count: dimensions)
            codes?.copy(row: last, to: row)
            let moved = characters[last]
            characters[row] = moved
            names[row] = names[last]
            squaredNorms[row] = squaredNorms[last]
            doubledCounts[row] = doubledCounts[last]
            logShares[row] = logShares[last]
            isMean[row] = isMean[last]
            if isMean[row] {
                meanRows[moved] = row
            } else if let place = appearanceRows[moved]?.firstIndex(of: last) {
                appearanceRows[moved]?[place] = row
            }
        }
        characters.removeLast()
        names.removeLast()
        squaredNorms.removeLast()
        doubledCounts.removeLast()
        logShares.removeLast()
        isMean.removeLast()
        count = last
    }

    /// ‖query − row‖², accumulated in double precision.
    func exactSquaredDistance(_ query: [Float], row: Int) -> Double {
        precondition(query.count == dimensions && row < count, "no such row")
        let start = unsafe values.base + row * stride
        return unsafe query.withUnsafeBufferPointer { query in
            var sum = 0.0
            for index in 0..<dimensions {
                let difference = unsafe Double(query[index]) - Double(start[index])
                sum += difference * difference
            }
            return sum
        }
    }

    /// A character as a query sees it.
    /// - Parameters:
    ///   - row: of the character's mean.
    ///   - squaredDistance: of the query to the mean.
    func seen(_ row: Int, by query: [Float], squaredDistance: Double) -> SeenCharacter {
        func mean(_ row: Int, _ squared: Double) -> SeenMean {
            SeenMean(
                squaredDistance: squared, squaredLength: Double(squaredNorms[row]),
                count: Double(doubledCounts[row]) / 2, share: exp(Double(logShares[row])))
        }
        guard let rows = appearanceRows[characters[row]] else { return SeenCharacter(mean(row, squaredDistance)) }
        return SeenCharacter(
            squaredDistance: squaredDistance, means: rows.map { mean($0, exactSquaredDistance(query, row: $0)) })
    }

    /// −2 q·p for all queries and rows, one query after another.
    /// - Parameter queries: flat, `queryCount` × `dimensions`.
    /// - Returns: `queryCount` × `count`.
    func negatedDoubledProducts(_ queries: [Float], queryCount: Int) -> [Float] {
        precondition(queries.count == queryCount * dimensions, "queries of other dimensions")
        let rowCount = count
        return unsafe [Float](unsafeUninitializedCapacity: queryCount * rowCount) { products, initialized in
            initialized = queryCount * rowCount
            guard let products = products.baseAddress, queryCount > 0 else { return }
            unsafe queries.withUnsafeBufferPointer { queries in
                guard let queries = queries.baseAddress else { return }
                RowBlocks(rows: rowCount, work: queryCount * dimensions).forEach { block in
                    unsafe multiply(queries, queryCount, block, into: products + block.lowerBound)
                }
            }
        }
    }

    /// The products with one block of rows; the result's rows are `count` values apart.
    private func multiply(
        _ queries: UnsafePointer<Float>, _ queryCount: Int, _ block: Range<Int>,
        into result: UnsafeMutablePointer<Float>
    ) {
        let start = unsafe values.base + block.lowerBound * stride
        if queryCount == 1 {
            unsafe cblas_sgemv(
                CblasRowMajor, CblasNoTrans, Int32(block.count), Int32(dimensions), -2, start, Int32(stride), queries,
                1,
                0, result, 1)
        } else {
            unsafe cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, Int32(queryCount), Int32(block.count), Int32(dimensions), -2,
                queries, Int32(dimensions), start, Int32(stride), 0, result, Int32(count))
        }
    }

    private func grow() {
        capacity += capacity / 2
        values.grow(to: capacity * stride)
        codes?.grow(to: capacity)
    }

    /// Makes codes of all rows if there are many rows, and either no codes or codes from when there were half as many rows. Drops the codes
    /// when there are few rows.
    ///
    /// Every row that is added or changed afterwards gets its code at once.
    func updateCodes() {
        guard count * dimensions > codeThreshold else { return codes = nil }
        guard count > 2 * (codes?.centeredOn ?? 0) else { return }
        let codes = PrototypeCodes(
            center: center(), centeredOn: count, capacity: capacity, instructionSet: instructionSet)
        RowBlocks(rows: count, work: dimensions).forEach { block in
            for row in block { unsafe codes.set(row: row, to: self.row(row)) }
        }
        self.codes = codes
    }

    /// The mean of some thousands of rows, evenly spaced.
    private func center() -> [Float] {
        let chosen = Swift.stride(from: 0, to: count, by: max(1, count / 4096))
        var sum = [Double](repeating: 0, count: dimensions)
        for row in chosen {
            let values = unsafe self.row(row)
            for index in sum.indices { sum[index] += unsafe Double(values[index]) }
        }
        return sum.map { Float($0 / Double(chosen.underestimatedCount)) }
    }
}
