import CSQLite
import Foundation

/// A prepared statement. Like its ``Connection``, it belongs to one actor.
@safe final class Statement {
    let sql: String
    private let connection: OpaquePointer
    private let handle: OpaquePointer

    /// - Parameter connection: must stay open until the statement is finalized.
    init(_ sql: String, connection: OpaquePointer) throws(RegistryError) {
        var prepared: OpaquePointer?
        let status = unsafe sqlite3_prepare_v3(
            connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard status == SQLITE_OK, let handle = unsafe prepared else {
            throw unsafe Connection.failure(status, of: connection, sql: sql)
        }
        self.sql = sql
        unsafe self.connection = unsafe connection
        unsafe self.handle = unsafe handle
    }

    deinit {
        unsafe sqlite3_finalize(handle)
    }

    /// Runs the statement and passes each row to `body`. The statement can be used again afterwards, even after an error.
    func run(_ values: [SQLValue], _ body: (Row) throws(RegistryError) -> Void) throws(RegistryError) {
        precondition(unsafe sqlite3_stmt_busy(handle) == 0, "a statement was run while its rows are being read: \(sql)")
        precondition(
            unsafe sqlite3_bind_parameter_count(handle) == values.count, "values do not match placeholders: \(sql)")
        defer {
            unsafe sqlite3_reset(handle)
            // Do not keep the bytes of images, which can be megabytes, until the next use.
            unsafe sqlite3_clear_bindings(handle)
        }
        for (index, value) in values.enumerated() {
            let status = bind(value, at: Int32(index + 1))
            guard status == SQLITE_OK else { throw unsafe Connection.failure(status, of: connection, sql: sql) }
        }
        while true {
            let status = unsafe sqlite3_step(handle)
            if status == SQLITE_DONE { return }
            guard status == SQLITE_ROW else { throw unsafe Connection.failure(status, of: connection, sql: sql) }
            try body(unsafe Row(statement: handle))
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

/// A value for a placeholder of a statement.
enum SQLValue {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob(Data)
    /// A vector, stored as little-endian float32.
    case vector([Float])

    static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }

    /// Milliseconds since 1970.
    static func time(_ date: Date) -> SQLValue { .integer(Int64((date.timeIntervalSince1970 * 1000).rounded())) }
}
