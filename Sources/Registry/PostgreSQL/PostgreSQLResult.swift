import CPostgreSQL
import Foundation

/// What the server answered to a statement: rows in memory, in the binary format, or an error.
@safe final class PostgreSQLResult {
    private let handle: OpaquePointer?

    /// - Parameter handle: freed with this object; nil if there was no memory or no connection.
    init(_ handle: OpaquePointer?) { unsafe self.handle = unsafe handle }

    deinit { unsafe PQclear(handle) }

    var isSuccess: Bool {
        let status = unsafe PQresultStatus(handle)
        return [PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE].contains { $0 == status }
    }

    /// SQLSTATE, five characters; nil without an error of the server.
    var state: String? {
        unsafe PQresultErrorField(handle, Int32(UInt8(ascii: "C"))).map { unsafe String(cString: $0) }
    }

    /// The server's own message, which names tables and columns but no values.
    var message: String? {
        unsafe PQresultErrorField(handle, Int32(UInt8(ascii: "M"))).map { unsafe String(cString: $0) }
    }

    var rowCount: Int32 { unsafe PQntuples(handle) }

    /// How many rows the statement changed.
    var changes: Int { Int(unsafe String(cString: PQcmdTuples(handle))) ?? 0 }

    /// The type of a column, as `pg_type` numbers it.
    func type(_ column: Int32) -> Oid { unsafe PQftype(handle, column) }

    func isNull(_ row: Int32, _ column: Int32) -> Bool { unsafe PQgetisnull(handle, row, column) != 0 }

    /// The bytes of a field; nil for null.
    func field(_ row: Int32, _ column: Int32) -> UnsafeRawBufferPointer? {
        guard !isNull(row, column) else { return nil }
        return unsafe UnsafeRawBufferPointer(
            start: PQgetvalue(handle, row, column), count: Int(PQgetlength(handle, row, column)))
    }
}

/// The types that the registry's statements use, as `pg_type` numbers them. These numbers never change.
enum PostgreSQLType {
    static let unknown: Oid = 0
    static let bool: Oid = 16
    static let bytea: Oid = 17
    static let int8: Oid = 20
    static let int4: Oid = 23
    static let text: Oid = 25
    static let float8: Oid = 701
}

/// The rows of a result, one after another.
final class PostgreSQLRows: RowSource {
    private let result: PostgreSQLResult
    /// The current row.
    var index: Int32 = 0

    init(_ result: PostgreSQLResult) { self.result = result }

    func isNull(_ column: Int32) -> Bool { result.isNull(index, column) }

    func integer(_ column: Int32) -> Int64 {
        guard let bytes = unsafe result.field(index, column) else { return 0 }
        switch result.type(column) {
        case PostgreSQLType.bool: return Int64(unsafe bytes[0])
        case PostgreSQLType.int4: return Int64(Int32(bigEndian: unsafe bytes.loadUnaligned(as: Int32.self)))
        case PostgreSQLType.int8: return Int64(bigEndian: unsafe bytes.loadUnaligned(as: Int64.self))
        case let type: preconditionFailure("column \(column) has the type \(type), which is no whole number")
        }
    }

    func real(_ column: Int32) -> Double {
        guard let bytes = unsafe result.field(index, column) else { return 0 }
        guard result.type(column) == PostgreSQLType.float8 else { return Double(integer(column)) }
        return Double(bitPattern: UInt64(bigEndian: unsafe bytes.loadUnaligned(as: UInt64.self)))
    }

    func text(_ column: Int32) -> String {
        switch result.type(column) {
        case PostgreSQLType.int4, PostgreSQLType.int8: isNull(column) ? "" : String(integer(column))
        default: unsafe withBytes(column) { bytes in unsafe String(decoding: bytes, as: UTF8.self) }
        }
    }

    func value(_ column: Int32) -> SQLValue {
        guard !isNull(column) else { return .null }
        return switch result.type(column) {
        case PostgreSQLType.bool, PostgreSQLType.int4, PostgreSQLType.int8: .integer(integer(column))
        case PostgreSQLType.float8: .real(real(column))
        case PostgreSQLType.bytea: unsafe .blob(withBytes(column) { bytes in unsafe Data(bytes) })
        default: .text(text(column))
        }
    }

    func withBytes<T>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> T) -> T {
        unsafe body(result.field(index, column) ?? UnsafeRawBufferPointer(start: nil, count: 0))
    }
}
