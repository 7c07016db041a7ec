import API
import Foundation

/// A connection to the registry's database, of whatever system.
///
/// It is not `Sendable`: one actor owns it, and the compiler makes sure that nothing else uses it.
final class Connection {
    let driver: any DatabaseDriver
    private var statements: [String: any PreparedStatement] = [:]
    /// Whether the database refuses changes.
    private var refusesChanges = false
    /// The number of rows that the last statement changed.
    private(set) var changes = 0

    init(_ driver: any DatabaseDriver) { self.driver = driver }

    /// Runs statements without placeholders, and ignores their rows.
    func execute(_ sql: String) throws(RegistryError) { try driver.execute(sql) }

    /// Runs one statement and passes its rows to `body`, which may run other statements, but not the same one.
    /// - Parameter reading: how the rows are read. While they are streamed, `body` may run no other statement.
    func run(
        _ sql: String, _ values: [SQLValue] = [], reading: RowReading = .whole,
        _ body: (Row) throws(RegistryError) -> Void = { _ in }
    ) throws(RegistryError) {
        try check(values)
        let statement = try statement(sql)
        if reading != .whole, !isInTransaction {
            changes = try snapshot { () throws(RegistryError) in try statement.run(values, reading, body) }
        } else {
            changes = try statement.run(values, reading, body)
        }
    }

    /// Refuses what not every system stores.
    /// - Throws: `badRequest` for a text with the character NUL.
    private func check(_ values: [SQLValue]) throws(RegistryError) {
        for case .text(let text) in values where text.utf8.contains(0) {
            throw RegistryError(.badRequest, "a text holds the character NUL; remove it")
        }
    }

    private func statement(_ sql: String) throws(RegistryError) -> any PreparedStatement {
        if let cached = statements[sql] { return cached }
        let statement = try driver.prepare(driver.dialect.statement(sql))
        statements[sql] = statement
        return statement
    }

    /// All rows of a query.
    func all<T>(
        _ sql: String, _ values: [SQLValue] = [], _ map: (Row) throws(RegistryError) -> T
    ) throws(RegistryError) -> [T] {
        var rows: [T] = []
        try run(sql, values) { row throws(RegistryError) in rows.append(try map(row)) }
        return rows
    }

    /// The only row of a query that has at most one.
    func first<T>(
        _ sql: String, _ values: [SQLValue] = [], _ map: (Row) throws(RegistryError) -> T
    ) throws(RegistryError) -> T? {
        try all(sql, values, map).first
    }

    /// Adds one row to a table that has a column `id`.
    /// - Parameter sql: `INSERT INTO …`, without `RETURNING`.
    /// - Returns: the row's number.
    func insert(_ sql: String, _ values: [SQLValue]) throws(RegistryError) -> Int64 {
        guard let id = try first(sql + " RETURNING id", values, { $0.integer(0) }) else {
            throw RegistryError(.storageFailure, "the database did not say the number of a new row", sql: sql)
        }
        return id
    }

    /// Whether a transaction is open.
    var isInTransaction: Bool { driver.isInTransaction }

    /// Makes the database refuse changes over this connection, or admit them again.
    func refuseChanges(_ refuses: Bool) throws(RegistryError) {
        guard refuses != refusesChanges else { return }
        try driver.refuseChanges(refuses)
        refusesChanges = refuses
    }

    /// Runs `body` as one transaction: all its changes are durable when this returns, and none is made when this throws.
    func transaction<T>(_ body: () throws(RegistryError) -> T) throws(RegistryError) -> T {
        precondition(!isInTransaction, "transactions do not nest")
        guard !refusesChanges else {
            throw RegistryError(.storageFailure, "a request that only reads tried to change the registry")
        }
        try driver.beginChange()
        do {
            try checkHold()
            let result = try body()
            try driver.commit()
            return result
        } catch {
            // After a full disk or an I/O error SQLite may have rolled back by itself.
            if isInTransaction { try? execute("ROLLBACK") }
            throw error
        }
    }

    /// Runs `body`, which only reads, on one unchanging state of the database.
    func snapshot<T>(_ body: () throws(RegistryError) -> T) throws(RegistryError) -> T {
        precondition(!isInTransaction, "transactions do not nest")
        try driver.beginSnapshot()
        // Also after a statement that failed.
        defer { if isInTransaction { try? execute("ROLLBACK") } }
        return try body()
    }
}
