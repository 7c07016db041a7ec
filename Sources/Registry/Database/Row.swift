import Foundation

/// The current row of a running statement, as a driver has it. Columns count from 0.
protocol RowSource: AnyObject {
    func isNull(_ column: Int32) -> Bool
    /// A whole number or a truth value; 0 for null.
    func integer(_ column: Int32) -> Int64
    func real(_ column: Int32) -> Double
    /// A text, or a number as a text; empty for null.
    func text(_ column: Int32) -> String
    /// The value as it is stored; bytes as a blob.
    func value(_ column: Int32) -> SQLValue
    /// Passes the bytes of a blob to `body`; none for null.
    func withBytes<T>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> T) -> T
}

/// The current row of a running statement. It is valid only inside the closure that gets it.
struct Row {
    private let source: any RowSource

    init(_ source: any RowSource) { self.source = source }

    func isNull(_ column: Int32) -> Bool { source.isNull(column) }

    func integer(_ column: Int32) -> Int64 { source.integer(column) }

    func int(_ column: Int32) -> Int { Int(integer(column)) }

    func real(_ column: Int32) -> Double { source.real(column) }

    func date(_ column: Int32) -> Date { Date(timeIntervalSince1970: Double(integer(column)) / 1000) }

    func text(_ column: Int32) -> String { source.text(column) }

    func value(_ column: Int32) -> SQLValue { source.value(column) }

    func blob(_ column: Int32) -> Data { unsafe source.withBytes(column) { bytes in unsafe Data(bytes) } }

    /// A vector of `dimensions` float32 values.
    /// - Throws: `storageCorrupt` when the stored vector has another length.
    func vector(_ column: Int32, dimensions: Int) throws(RegistryError) -> [Float] {
        var count = 0
        let vector: [Float]? = unsafe source.withBytes(column) { bytes in
            count = bytes.count
            guard count == dimensions * MemoryLayout<Float>.stride, let start = bytes.baseAddress else { return nil }
            return unsafe [Float](unsafeUninitializedCapacity: dimensions) { buffer, filled in
                unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(
                    from: UnsafeRawBufferPointer(start: start, count: count))
                filled = dimensions
            }
        }
        guard let vector else {
            throw RegistryError(
                .storageCorrupt,
                "a stored vector has \(count) bytes instead of \(dimensions) float32 values; restore a backup")
        }
        return vector
    }
}
