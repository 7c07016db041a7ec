import CSQLite
import Foundation

/// A prepared statement of SQLite, and its current row.
@safe final class SQLiteStatement: PreparedStatement {
    private let sql: String
    private let connection: OpaquePointer
    private let handle: OpaquePointer
    /// The place that SQLite has given to each placeholder: it counts them in the order in which they first appear.
    private let places: [Int32]

    /// - Parameter connection: must stay open until the statement is finalized.
    init(_ sql: String, connection: OpaquePointer) throws(RegistryError) {
        var prepared: OpaquePointer?
        let status = unsafe sqlite3_prepare_v3(
            connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard status == SQLITE_OK, let handle = unsafe prepared else {
            throw unsafe SQLiteDriver.failure(status, of: connection, sql: sql)
        }
        self.sql = sql
        unsafe self.connection = unsafe connection
        unsafe self.handle = unsafe handle
        let count = unsafe sqlite3_bind_parameter_count(handle)
        places = (0..<count).map { unsafe sqlite3_bind_parameter_index(handle, "$\($0 + 1)") }
    }

    deinit {
        unsafe sqlite3_finalize(handle)
    }

    /// SQLite makes the rows one by one, so many of them need no more memory than one.
    func run(
        _ values: [SQLValue], _ reading: RowReading, _ body: (Row) throws(RegistryError) -> Void
    ) throws(RegistryError) -> Int {
        precondition(unsafe sqlite3_stmt_busy(handle) == 0, "a statement was run while its rows are being read: \(sql)")
        precondition(places.count == values.count, "values do not match placeholders: \(sql)")
        defer {
            unsafe sqlite3_reset(handle)
            // Do not keep the bytes of images, which can be megabytes, until the next use.
            unsafe sqlite3_clear_bindings(handle)
        }
        for (place, value) in zip(places, values) {
            let status = bind(value, at: place)
            guard status == SQLITE_OK else { throw unsafe SQLiteDriver.failure(status, of: connection, sql: sql) }
        }
        while true {
            let status = unsafe sqlite3_step(handle)
            if status == SQLITE_DONE { return Int(unsafe sqlite3_changes64(connection)) }
            guard status == SQLITE_ROW else { throw unsafe SQLiteDriver.failure(status, of: connection, sql: sql) }
            try body(Row(self))
        }
    }

    private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
        switch value {
        case .null:
            return unsafe sqlite3_bind_null(handle, index)
        case .integer(let integer):
            return unsafe sqlite3_bind_int64(handle, index, integer)
        case .real(let real):
            return unsafe sqlite3_bind_double(handle, index, real)
        case .text(let text):
            var text = text
            return text.withUTF8 { utf8 in
                unsafe utf8.withMemoryRebound(to: CChar.self) { characters in
                    unsafe aniwho_sqlite3_bind_text(handle, index, characters.baseAddress, UInt64(characters.count))
                }
            }
        case .blob(let data):
            return unsafe data.withUnsafeBytes { bytes in
                unsafe aniwho_sqlite3_bind_blob(handle, index, bytes.baseAddress, UInt64(bytes.count))
            }
        case .vector(let vector):
            return unsafe vector.withUnsafeBytes { bytes in
                unsafe aniwho_sqlite3_bind_blob(handle, index, bytes.baseAddress, UInt64(bytes.count))
            }
        }
    }
}

extension SQLiteStatement: RowSource {
    func isNull(_ column: Int32) -> Bool { unsafe sqlite3_column_type(handle, column) == SQLITE_NULL }

    func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

    func real(_ column: Int32) -> Double { unsafe sqlite3_column_double(handle, column) }

    func text(_ column: Int32) -> String {
        guard let start = unsafe sqlite3_column_text(handle, column) else { return "" }
        let count = Int(unsafe sqlite3_column_bytes(handle, column))
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func value(_ column: Int32) -> SQLValue {
        switch unsafe sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: .integer(integer(column))
        case SQLITE_FLOAT: .real(real(column))
        case SQLITE_TEXT: .text(text(column))
        case SQLITE_BLOB: unsafe .blob(withBytes(column) { bytes in unsafe Data(bytes) })
        default: .null
        }
    }

    func withBytes<T>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> T) -> T {
        let start = unsafe sqlite3_column_blob(handle, column)
        let count = Int(unsafe sqlite3_column_bytes(handle, column))
        return unsafe body(UnsafeRawBufferPointer(start: start, count: unsafe start == nil ? 0 : count))
    }
}
