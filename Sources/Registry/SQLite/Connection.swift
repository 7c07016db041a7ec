import CSQLite
import Foundation

/// A connection to the registry's database.
///
/// It is opened without SQLite's mutexes and is not `Sendable`: one actor owns it, and the compiler makes sure that nothing else uses it.
/// Durability: with the write-ahead log and `synchronous = FULL`, SQLite returns from COMMIT only after it has synced the log to the disk.
@safe final class Connection {
    /// Marks the file as a registry: "AniW" in ASCII.
    static let applicationID: Int64 = 0x416E_6957

    let handle: OpaquePointer
    private var statements: [String: Statement] = [:]
    /// Whether SQLite refuses to change the database.
    private var refusesChanges = false

    /// Opens or creates the database file.
    /// - Throws: `storageCorrupt` when the file is not a registry, or the storage errors.
    convenience init(path: String) throws(RegistryError) {
        try self.init(path: path, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
        try configure()
    }

    /// Opens an existing database file without configuring it for the daemon: a backup, or a registry to read.
    /// - Parameter flags: `SQLITE_OPEN_READONLY`, or `SQLITE_OPEN_READWRITE`.
    init(path: String, flags: Int32) throws(RegistryError) {
        var opened: OpaquePointer?
        let status = unsafe sqlite3_open_v2(
            path, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard let handle = unsafe opened else {
            throw RegistryError(.storageFailure, "no memory to open the database")
        }
        unsafe self.handle = unsafe handle
        // From here on deinit closes the handle. SQLite requires this even after a failed open.
        guard status == SQLITE_OK else { throw unsafe Connection.failure(status, of: handle, sql: nil) }
        unsafe sqlite3_busy_timeout(handle, 5_000)
        unsafe aniwho_sqlite3_switch(handle, SQLITE_DBCONFIG_DEFENSIVE, 1)
        unsafe aniwho_sqlite3_switch(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
    }

    deinit {
        statements.removeAll()
        unsafe sqlite3_close_v2(handle)
    }

    private func configure() throws(RegistryError) {
        // With these off, SQLite never takes "text" in double quotes for a string when there is no such column.
        unsafe aniwho_sqlite3_switch(handle, SQLITE_DBCONFIG_DQS_DML, 0)
        unsafe aniwho_sqlite3_switch(handle, SQLITE_DBCONFIG_DQS_DDL, 0)
        try claim()
        guard try first("PRAGMA journal_mode = WAL", [], { $0.text(0) }) == "wal" else {
            throw RegistryError(
                .storageFailure,
                "this file system does not support a write-ahead log; choose a data directory on a local disk")
        }
        try execute("PRAGMA synchronous = FULL")
        try execute("PRAGMA foreign_keys = ON")
        try execute("PRAGMA journal_size_limit = 67108864")
    }

    /// Marks an empty file as a registry. Refuses another program's database.
    private func claim() throws(RegistryError) {
        let identifier = try first("PRAGMA application_id") { $0.integer(0) } ?? 0
        if identifier == Connection.applicationID { return }
        let objects = try first("SELECT count(*) FROM sqlite_schema") { $0.int(0) } ?? 0
        guard identifier == 0, objects == 0 else {
            throw RegistryError(
                .storageCorrupt, "the database file belongs to another program; choose another data directory")
        }
        // Two or three vectors of a few kilobytes fit a page of 8 KiB, but only one fits a page of 4 KiB.
        try execute("PRAGMA page_size = 8192")
        try execute("PRAGMA application_id = \(Connection.applicationID)")
    }

    /// Runs statements without placeholders, and ignores their rows.
    func execute(_ sql: String) throws(RegistryError) {
        let status = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard status == SQLITE_OK else { throw unsafe Connection.failure(status, of: handle, sql: sql) }
    }

    /// Runs one statement and passes its rows to `body`, which may run other statements, but not the same one.
    func run(
        _ sql: String, _ values: [SQLValue] = [], _ body: (Row) throws(RegistryError) -> Void = { _ in }
    ) throws(RegistryError) {
        let statement: Statement
        if let cached = statements[sql] {
            statement = cached
        } else {
            statement = try unsafe Statement(sql, connection: handle)
            statements[sql] = statement
        }
        try statement.run(values, body)
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

    /// The number of rows that the last statement changed.
    var changes: Int { Int(unsafe sqlite3_changes64(handle)) }

    var lastInsertedID: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

    /// Whether a transaction is open.
    var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    /// Makes SQLite refuse changes over this connection, or admit them again.
    func refuseChanges(_ refuses: Bool) throws(RegistryError) {
        guard refuses != refusesChanges else { return }
        try execute("PRAGMA query_only = \(refuses ? "ON" : "OFF")")
        refusesChanges = refuses
    }

    /// Runs `body` as one transaction: all its changes are on the disk when this returns, and none when this throws.
    func transaction<T>(_ body: () throws(RegistryError) -> T) throws(RegistryError) -> T {
        precondition(!isInTransaction, "transactions do not nest")
        guard !refusesChanges else {
            throw RegistryError(.storageFailure, "a request that only reads tried to change the registry")
        }
        try execute("BEGIN IMMEDIATE")
        do {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            // After a full disk or an I/O error SQLite may have rolled back by itself.
            if isInTransaction { try? execute("ROLLBACK") }
            throw error
        }
    }

    /// Runs `body`, which only reads, on one unchanging state of the database. Takes the lock of the database once for all its statements.
    func snapshot<T>(_ body: () throws(RegistryError) -> T) throws(RegistryError) -> T {
        precondition(!isInTransaction, "transactions do not nest")
        try execute("BEGIN")
        defer { if isInTransaction { try? execute("COMMIT") } }
        return try body()
    }

    /// The error for a result code, with SQLite's message.
    static func failure(_ status: Int32, of handle: OpaquePointer, sql: String?) -> RegistryError {
        let text = unsafe String(cString: sqlite3_errmsg(handle))
        let systemError = status & 0xFF == SQLITE_IOERR || status & 0xFF == SQLITE_CANTOPEN
        let errno = systemError ? unsafe sqlite3_system_errno(handle) : 0
        return .sqlite(status, text: text, errno: errno, sql: sql)
    }
}
