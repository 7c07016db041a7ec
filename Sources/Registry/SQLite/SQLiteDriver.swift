import CSQLite
import Foundation

/// SQLite behind a ``Connection``.
///
/// The database is opened without SQLite's mutexes. Durability: with the write-ahead log and `synchronous = FULL`, SQLite returns from COMMIT
/// only after it has synced the log to the disk.
@safe final class SQLiteDriver: DatabaseDriver {
    /// Marks the file as a registry: "AniW" in ASCII.
    static let applicationID: Int64 = 0x416E_6957

    let handle: OpaquePointer

    let dialect = Dialect.sqlite

    /// Opens a database file.
    /// - Parameter flags: `SQLITE_OPEN_READONLY`, or `SQLITE_OPEN_READWRITE` and perhaps `SQLITE_OPEN_CREATE`.
    init(path: String, flags: Int32) throws(RegistryError) {
        var opened: OpaquePointer?
        let status = unsafe sqlite3_open_v2(
            path, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard let handle = unsafe opened else {
            throw RegistryError(.storageFailure, "no memory to open the database")
        }
        unsafe self.handle = unsafe handle
        // From here on deinit closes the handle. SQLite requires this even after a failed open.
        guard status == SQLITE_OK else { throw unsafe Self.failure(status, of: handle, sql: nil) }
        unsafe sqlite3_busy_timeout(handle, 5_000)
        unsafe aniwho_sqlite3_switch(handle, SQLITE_DBCONFIG_DEFENSIVE, 1)
        unsafe aniwho_sqlite3_switch(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
    }

    deinit {
        // Statements that are still there keep the connection until they go.
        unsafe sqlite3_close_v2(handle)
    }

    /// Runs statements without placeholders, and ignores their rows.
    func execute(_ sql: String) throws(RegistryError) {
        let status = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard status == SQLITE_OK else { throw unsafe Self.failure(status, of: handle, sql: sql) }
    }

    func prepare(_ sql: String) throws(RegistryError) -> any PreparedStatement {
        unsafe try SQLiteStatement(sql, connection: handle)
    }

    var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    func beginChange() throws(RegistryError) { try execute("BEGIN IMMEDIATE") }

    /// Takes the lock of the database once for all statements of the transaction.
    func beginSnapshot() throws(RegistryError) { try execute("BEGIN") }

    func commit() throws(RegistryError) { try execute("COMMIT") }

    /// Does nothing, as the next four: one process has the database, by the lock of the data directory.
    func hold(_ hold: RegistryHold) {}
    func excludeDaemons() {}
    func notifyOthers(of revision: Int64) {}
    func tryLock(_ lock: DatabaseLock) -> Bool { true }
    func unlock(_ lock: DatabaseLock) {}

    func refuseChanges(_ refuses: Bool) throws(RegistryError) {
        try execute("PRAGMA query_only = \(refuses ? "ON" : "OFF")")
    }

    /// The error for a result code, with SQLite's message.
    static func failure(_ status: Int32, of handle: OpaquePointer, sql: String?) -> RegistryError {
        let text = unsafe String(cString: sqlite3_errmsg(handle))
        let systemError = status & 0xFF == SQLITE_IOERR || status & 0xFF == SQLITE_CANTOPEN
        let errno = systemError ? unsafe sqlite3_system_errno(handle) : 0
        return .sqlite(status, text: text, errno: errno, sql: sql)
    }
}

extension Connection {
    /// Opens or creates the database file of a registry.
    /// - Throws: `storageCorrupt` when the file is not a registry, or the storage errors.
    convenience init(path: String) throws(RegistryError) {
        let driver = try SQLiteDriver(path: path, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
        self.init(driver)
        // With these off, SQLite never takes "text" in double quotes for a string when there is no such column.
        unsafe aniwho_sqlite3_switch(driver.handle, SQLITE_DBCONFIG_DQS_DML, 0)
        unsafe aniwho_sqlite3_switch(driver.handle, SQLITE_DBCONFIG_DQS_DDL, 0)
        try claimFile()
        guard try first("PRAGMA journal_mode = WAL", [], { $0.text(0) }) == "wal" else {
            throw RegistryError(
                .storageFailure,
                "this file system does not support a write-ahead log; choose a data directory on a local disk")
        }
        try execute("PRAGMA synchronous = FULL")
        try execute("PRAGMA foreign_keys = ON")
        try execute("PRAGMA journal_size_limit = 67108864")
    }

    /// Opens an existing database file without configuring it for the daemon: a backup, or a registry to read.
    /// - Parameter flags: `SQLITE_OPEN_READONLY`, or `SQLITE_OPEN_READWRITE`.
    convenience init(path: String, flags: Int32) throws(RegistryError) {
        self.init(try SQLiteDriver(path: path, flags: flags))
    }

    /// Marks an empty file as a registry. Refuses another program's database.
    private func claimFile() throws(RegistryError) {
        let identifier = try first("PRAGMA application_id") { $0.integer(0) } ?? 0
        if identifier == SQLiteDriver.applicationID { return }
        let objects = try first("SELECT count(*) FROM sqlite_schema") { $0.int(0) } ?? 0
        guard identifier == 0, objects == 0 else {
            throw RegistryError(
                .storageCorrupt, "the database file belongs to another program; choose another data directory")
        }
        // Two or three vectors of a few kilobytes fit a page of 8 KiB, but only one fits a page of 4 KiB.
        try execute("PRAGMA page_size = 8192")
        try execute("PRAGMA application_id = \(SQLiteDriver.applicationID)")
    }
}
