import CSQLite
import Foundation

/// The current row of a running statement. It is valid only inside the closure that gets it.
@safe struct Row {
    private let statement: OpaquePointer

    init(statement: OpaquePointer) {
        unsafe self.statement = unsafe statement
    }

    func isNull(_ column: Int32) -> Bool {
        unsafe sqlite3_column_type(statement, column) == SQLITE_NULL
    }

    func integer(_ column: Int32) -> Int64 {
        unsafe sqlite3_column_int64(statement, column)
    }

    func int(_ column: Int32) -> Int {
        Int(integer(column))
    }

    func real(_ column: Int32) -> Double {
        unsafe sqlite3_column_double(statement, column)
    }

    func date(_ column: Int32) -> Date {
        Date(timeIntervalSince1970: Double(integer(column)) / 1000)
    }

    func text(_ column: Int32) -> String {
        guard let start = unsafe sqlite3_column_text(statement, column) else { return "" }
        let count = Int(unsafe sqlite3_column_bytes(statement, column))
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func blob(_ column: Int32) -> Data {
        guard let start = unsafe sqlite3_column_blob(statement, column) else { return Data() }
        return unsafe Data(bytes: start, count: Int(sqlite3_column_bytes(statement, column)))
    }

    /// A vector of `dimensions` float32 values.
    /// - Throws: `storageCorrupt` when the stored vector has another length.
    func vector(_ column: Int32, dimensions: Int) throws(RegistryError) -> [Float] {
        let byteCount = Int(unsafe sqlite3_column_bytes(statement, column))
        guard byteCount == dimensions * MemoryLayout<Float>.stride,
            let start = unsafe sqlite3_column_blob(statement, column)
        else {
            throw RegistryError(
                .storageCorrupt,
                "a stored vector has \(byteCount) bytes instead of \(dimensions) float32 values; restore a backup")
        }
        return unsafe [Float](unsafeUninitializedCapacity: dimensions) { buffer, count in
            unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(
                from: UnsafeRawBufferPointer(start: start, count: byteCount))
            count = dimensions
        }
    }
}
