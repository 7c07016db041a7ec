import CPostgreSQL
import Foundation

/// A statement that PostgreSQL prepares when it is first run with values of some types.
@safe final class PostgreSQLStatement: PreparedStatement {
    private let sql: String
    /// The driver has its statements only through the connection, which goes first.
    private unowned let driver: PostgreSQLDriver
    /// The names of what is prepared, by the types of the values.
    private var names: [[Oid]: String] = [:]
    private var generation = 0
    private var isRunning = false

    /// How many rows of a paged query are in memory at a time.
    private static let page: Int32 = 2000

    init(_ sql: String, driver: PostgreSQLDriver) { (self.sql, self.driver) = (sql, driver) }

    func run(
        _ values: [SQLValue], _ reading: RowReading, _ body: (Row) throws(RegistryError) -> Void
    ) throws(RegistryError) -> Int {
        precondition(!isRunning, "a statement was run while its rows are being read: \(sql)")
        isRunning = true
        defer { isRunning = false }
        let values = values.map(PostgreSQLValue.init)
        switch reading {
        case .paged:
            try runByCursor(values, body)
            return 0
        case .streamed:
            try stream(values, body)
            return 0
        case .whole:
            let result =
                driver.isInTransaction
                ? try send(values)
                : try driver.beginning { () throws(RegistryError) in try send(values) }
            try visit(result, body)
            return result.changes
        }
    }

    private func visit(
        _ result: PostgreSQLResult, _ body: (Row) throws(RegistryError) -> Void
    ) throws(RegistryError) {
        let rows = PostgreSQLRows(result)
        for index in 0..<result.rowCount {
            rows.index = index
            try body(Row(rows))
        }
    }

    private func send(_ values: [PostgreSQLValue]) throws(RegistryError) -> PostgreSQLResult {
        let name = try prepared(for: values.map(\.type))
        let result = unsafe values.withParameters { count, _, pointers, lengths, formats in
            unsafe PostgreSQLResult(PQexecPrepared(driver.handle, name, count, pointers, lengths, formats, 1))
        }
        guard result.isSuccess else { throw driver.failure(result, sql: sql) }
        return result
    }

    private func prepared(for types: [Oid]) throws(RegistryError) -> String {
        if generation != driver.generation { (names, generation) = ([:], driver.generation) }
        if let name = names[types] { return name }
        let name = driver.newName()
        let result = unsafe PostgreSQLResult(PQprepare(driver.handle, name, sql, Int32(types.count), types))
        guard result.isSuccess else { throw driver.failure(result, sql: sql) }
        names[types] = name
        return name
    }

    /// Passes rows on as they arrive, each in a result of its own.
    private func stream(
        _ values: [PostgreSQLValue], _ body: (Row) throws(RegistryError) -> Void
    ) throws(RegistryError) {
        let name = try prepared(for: values.map(\.type))
        let isSent = unsafe values.withParameters { count, _, pointers, lengths, formats in
            unsafe PQsendQueryPrepared(driver.handle, name, count, pointers, lengths, formats, 1)
        }
        guard isSent == 1 else { throw driver.connectionError() }
        unsafe PQsetSingleRowMode(driver.handle)
        var failure: RegistryError?
        while let next = unsafe PQgetResult(driver.handle) {
            let result = unsafe PostgreSQLResult(next)
            guard failure == nil else { continue }
            do throws(RegistryError) {
                guard result.isSuccess else { throw driver.failure(result, sql: sql) }
                try visit(result, body)
            } catch {
                // The connection is free again when the last row has arrived.
                failure = error
                driver.cancel()
            }
        }
        if let failure { throw failure }
    }

    private func runByCursor(
        _ values: [PostgreSQLValue], _ body: (Row) throws(RegistryError) -> Void
    ) throws(RegistryError) {
        let cursor = driver.newName()
        let declared = unsafe values.withParameters { count, types, pointers, lengths, formats in
            unsafe PostgreSQLResult(
                PQexecParams(
                    driver.handle, "DECLARE \(cursor) NO SCROLL CURSOR FOR \(sql)", count, types, pointers, lengths,
                    formats, 1))
        }
        guard declared.isSuccess else { throw driver.failure(declared, sql: sql) }
        while true {
            let page = unsafe PostgreSQLResult(
                PQexecParams(driver.handle, "FETCH \(Self.page) FROM \(cursor)", 0, nil, nil, nil, nil, 1))
            guard page.isSuccess else { throw driver.failure(page, sql: sql) }
            try visit(page, body)
            if page.rowCount < Self.page { break }
        }
        try driver.execute("CLOSE \(cursor)")
    }
}

/// A value as PostgreSQL gets it, in the binary format.
private struct PostgreSQLValue {
    let type: Oid
    /// nil for null.
    let bytes: Data?

    init(_ value: SQLValue) {
        switch value {
        case .null: (type, bytes) = (PostgreSQLType.unknown, nil)
        case .integer(let integer):
            (type, bytes) = (PostgreSQLType.int8, unsafe withUnsafeBytes(of: integer.bigEndian) { unsafe Data($0) })
        case .real(let real):
            (type, bytes) = (
                PostgreSQLType.float8, unsafe withUnsafeBytes(of: real.bitPattern.bigEndian) { unsafe Data($0) }
            )
        case .text(let text):
            (type, bytes) = (PostgreSQLType.text, Data(text.utf8))
        case .blob(let data): (type, bytes) = (PostgreSQLType.bytea, data)
        case .vector(let vector):
            (type, bytes) = (PostgreSQLType.bytea, unsafe vector.withUnsafeBytes { unsafe Data($0) })
        }
    }
}

extension [PostgreSQLValue] {
    /// Passes the values to a function of libpq: their number, types, pointers, lengths and formats.
    fileprivate func withParameters<T>(
        _ body: (
            Int32, UnsafePointer<Oid>, UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<Int32>, UnsafePointer<Int32>
        ) -> T
    ) -> T {
        // One buffer for all bytes, so that all pointers are valid at the same time.
        var buffer: [CChar] = []
        buffer.reserveCapacity(reduce(1) { $0 + ($1.bytes?.count ?? 0) })
        var starts: [Int?] = []
        for value in self {
            starts.append(value.bytes == nil ? nil : buffer.count)
            if let bytes = value.bytes { buffer.append(contentsOf: bytes.lazy.map(CChar.init(bitPattern:))) }
        }
        buffer.append(0)
        let types = map(\.type)
        let lengths = map { Int32($0.bytes?.count ?? 0) }
        let formats = [Int32](repeating: 1, count: count)
        return unsafe buffer.withUnsafeBufferPointer { buffer in
            let pointers = unsafe starts.map { start in
                unsafe start.flatMap { start in unsafe buffer.baseAddress.map { unsafe $0 + start } }
            }
            return unsafe body(Int32(count), types, pointers, lengths, formats)
        }
    }
}
