import Foundation

/// What a database system does for a ``Connection``. SQLite and PostgreSQL have a driver each.
///
/// A driver, its statements and their rows belong to one ``Connection``, and so to one actor.
protocol DatabaseDriver: AnyObject {
    /// How this system writes what the two write differently.
    var dialect: Dialect { get }

    /// Whether a transaction is open.
    var isInTransaction: Bool { get }

    /// Runs statements without placeholders, and ignores their rows.
    func execute(_ sql: String) throws(RegistryError)

    /// Prepares a statement with the placeholders `$1`, `$2`, ….
    func prepare(_ sql: String) throws(RegistryError) -> any PreparedStatement

    /// Begins a transaction. No other transaction that changes the database runs at the same time, in whatever process.
    func beginChange() throws(RegistryError)

    /// Begins a transaction that sees one unchanging state of the database, and changes nothing.
    func beginSnapshot() throws(RegistryError)

    /// Ends a transaction: what it changed is durable when this returns.
    func commit() throws(RegistryError)

    /// Says what this process does with the registry, as long as this connection is there.
    /// - Throws: `databaseLocked` when another one does what excludes it.
    func hold(_ hold: RegistryHold) throws(RegistryError)

    /// Keeps daemons from serving the registry until the end of the transaction.
    /// - Throws: `databaseLocked` when one serves it.
    func excludeDaemons() throws(RegistryError)

    /// Wakes the other daemons when the transaction is committed.
    func notifyOthers(of revision: Int64) throws(RegistryError)

    /// Takes a lock that lasts until ``unlock(_:)`` or the end of this connection.
    /// - Returns: whether it was free.
    func tryLock(_ lock: DatabaseLock) throws(RegistryError) -> Bool

    func unlock(_ lock: DatabaseLock) throws(RegistryError)

    /// Makes the database refuse changes over this connection, or admit them again.
    func refuseChanges(_ refuses: Bool) throws(RegistryError)
}

/// What a process does with a registry.
enum RegistryHold: Sendable {
    /// It serves it, as other daemons may.
    case shared
    /// Nobody else may serve it.
    case alone
}

/// What one process does at a time, over all daemons of a database.
enum DatabaseLock: Int64, Sendable {
    case calibration = 2
}

/// A prepared statement. It can be run any number of times, but not while its rows are being read.
protocol PreparedStatement: AnyObject {
    /// Runs the statement and passes each row to `body`, which may run other statements. The statement can be run again afterwards, even
    /// after an error.
    /// - Parameters:
    ///   - values: one for each placeholder.
    ///   - reading: how the rows are read. For more than fit into memory, a transaction is open.
    /// - Returns: the number of rows that the statement changed.
    func run(
        _ values: [SQLValue], _ reading: RowReading, _ body: (Row) throws(RegistryError) -> Void
    ) throws(RegistryError) -> Int
}

/// How the rows of a statement are read.
enum RowReading: Sendable {
    /// All of them fit into memory.
    case whole
    /// There may be more than fit into memory. Changes meanwhile do not show in them.
    case paged
    /// The same, while the server sends the next ones: faster, but no other statement can be run meanwhile.
    case streamed
}

/// A value for a placeholder of a statement.
enum SQLValue: Equatable {
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
