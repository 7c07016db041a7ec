import CPostgreSQL
import Foundation

/// PostgreSQL behind a ``Connection``, by libpq.
///
/// A connection that is lost is made again with the next transaction, or the next statement outside one. What was lost with it is an error.
@safe final class PostgreSQLDriver: DatabaseDriver {
    /// The schema that holds the registry's tables.
    static let schema = "aniwho"
    /// The oldest version that has all that the registry uses.
    private static let oldestVersion: Int32 = 150_000
    /// The number of the advisory lock under which the database is changed: "AniW" in ASCII. Advisory locks are the database's own.
    static let changeLock = Int64(SQLiteDriver.applicationID)
    /// What an address may say otherwise: how a lost server or network is noticed, in seconds (and milliseconds).
    private static let standardParameters = [
        ("connect_timeout", "5"), ("keepalives_idle", "5"), ("keepalives_interval", "2"), ("keepalives_count", "3"),
        ("tcp_user_timeout", "10000"), ("fallback_application_name", "aniwhod"),
    ]

    let handle: OpaquePointer
    let dialect = Dialect.postgresql
    let address: PostgreSQLAddress
    /// Grows when the connection was made again: statements that were prepared before are gone.
    private(set) var generation = 0
    private var refusesChanges = false
    /// What is taken again over a new connection.
    var held: RegistryHold?
    private var lastName = 0

    /// Connects to a database and checks that it can hold a registry.
    /// - Throws: `databaseAway` when nothing answers; `databaseUnfit` for one that this version cannot use; the storage errors.
    init(_ address: PostgreSQLAddress) throws(RegistryError) {
        self.address = address
        // The address is a URL or keywords; what it does not say comes from the environment, the service file and the password file.
        let parameters = Self.standardParameters + [("dbname", address.text), ("client_encoding", "UTF8")]
        let handle = unsafe withCStrings(parameters.map(\.0)) { keywords in
            unsafe withCStrings(parameters.map(\.1)) { values in unsafe PQconnectdbParams(keywords, values, 1) }
        }
        guard let handle = unsafe handle else {
            throw RegistryError(.storageFailure, "no memory to connect to PostgreSQL")
        }
        unsafe self.handle = unsafe handle
        guard unsafe PQstatus(handle) == CONNECTION_OK else { throw connectionError() }
        try setUp()
    }

    deinit { unsafe PQfinish(handle) }

    private func setUp() throws(RegistryError) {
        // A notice of the server is nothing that a daemon's log should hold line by line.
        unsafe PQsetNoticeProcessor(handle, { _, _ in }, nil)
        let version = unsafe PQserverVersion(handle)
        guard version >= Self.oldestVersion else {
            throw RegistryError(
                .databaseUnfit,
                "\(address.shown) is PostgreSQL \(version / 10_000); version \(Self.oldestVersion / 10_000) or newer is needed"
            )
        }
        let encoding = unsafe PQparameterStatus(handle, "server_encoding").map { unsafe String(cString: $0) } ?? ""
        guard encoding == "UTF8" else {
            throw RegistryError(
                .databaseUnfit,
                "the database \(address.shown) stores text as \(encoding); create it with: createdb --encoding UTF8 --template template0"
            )
        }
        // A statement is planned once, since planning takes longer than most of them. The tables may be empty then, so the planner is kept
        // from reading them from end to end where there is an index, and from compiling what it takes to be long. A cursor is read to its
        // end, so the whole of a query counts, not its first rows.
        try execute(
            """
            SET search_path TO \(Self.schema); SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off;
            SET jit = off; SET cursor_tuple_fraction = 1; SET synchronous_commit = on;
            SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0
            """)
        if refusesChanges { try execute(Self.readOnly(true)) }
        if let held { try hold(held) }
    }

    /// Whether a statement failed without an error of the server: the connection broke, even if libpq does not say so yet.
    private var isBroken = false

    var isLost: Bool { unsafe isBroken || PQstatus(handle) == CONNECTION_BAD }

    /// Makes a lost connection again, outside a transaction.
    private func reconnectIfLost() throws(RegistryError) {
        guard isLost else { return }
        generation += 1
        isBroken = false
        unsafe PQreset(handle)
        guard unsafe PQstatus(handle) == CONNECTION_OK else { throw connectionError() }
        try setUp()
    }

    /// Runs what begins something new: if the connection turns out to be lost, once more over a new one.
    func beginning<T>(_ body: () throws(RegistryError) -> T) throws(RegistryError) -> T {
        try reconnectIfLost()
        do { return try body() } catch  where error.reason == .databaseAway && isLost {
            try reconnectIfLost()
            return try body()
        }
    }

    func execute(_ sql: String) throws(RegistryError) {
        let result = unsafe PostgreSQLResult(PQexec(handle, sql))
        guard result.isSuccess else { throw failure(result, sql: sql) }
    }

    func prepare(_ sql: String) throws(RegistryError) -> any PreparedStatement {
        PostgreSQLStatement(sql, driver: self)
    }

    /// A name for a statement or a cursor that no other has.
    func newName() -> String {
        lastName += 1
        return "aniwho_\(lastName)"
    }

    var isInTransaction: Bool {
        switch unsafe PQtransactionStatus(handle) {
        case PQTRANS_INTRANS, PQTRANS_INERROR, PQTRANS_ACTIVE: true
        default: false
        }
    }

    /// The lock makes one transaction at a time change the database, over all daemons. Each of its statements sees all that was committed
    /// before, so the transactions are as if each had run alone.
    func beginChange() throws(RegistryError) {
        try beginning { () throws(RegistryError) in
            try execute("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(\(Self.changeLock))")
        }
    }

    func beginSnapshot() throws(RegistryError) {
        try beginning { () throws(RegistryError) in
            try execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        }
    }

    /// PostgreSQL answers COMMIT with success even where it takes the transaction back because a statement of it had failed.
    func commit() throws(RegistryError) {
        guard unsafe PQtransactionStatus(handle) != PQTRANS_INERROR else {
            throw RegistryError(.storageFailure, "a part of the change has failed; nothing was changed")
        }
        try execute("COMMIT")
    }

    func refuseChanges(_ refuses: Bool) throws(RegistryError) {
        try beginning { () throws(RegistryError) in try execute(Self.readOnly(refuses)) }
        refusesChanges = refuses
    }

    private static func readOnly(_ refuses: Bool) -> String {
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ \(refuses ? "ONLY" : "WRITE")"
    }

    /// Ends the statement that runs.
    func cancel() {
        guard let request = unsafe PQgetCancel(handle) else { return }
        var reason = [CChar](repeating: 0, count: 256)
        unsafe PQcancel(request, &reason, Int32(reason.count))
        unsafe PQfreeCancel(request)
    }

    /// The error of a result that is no success.
    func failure(_ result: PostgreSQLResult, sql: String?) -> RegistryError {
        guard unsafe PQstatus(handle) == CONNECTION_OK, let state = result.state else {
            isBroken = true
            return connectionError()
        }
        return .postgreSQL(state: state, text: result.message ?? lastMessage, address: address, sql: sql)
    }

    func connectionError() -> RegistryError { .postgreSQL(connecting: lastMessage, address: address) }

    private var lastMessage: String {
        unsafe String(cString: PQerrorMessage(handle)).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// Passes texts to C as an array of pointers that ends with a null pointer.
private func withCStrings<T>(_ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> T) -> T {
    var pointers: [UnsafePointer<CChar>?] = unsafe texts.map { text in unsafe UnsafePointer(strdup(text)) }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) } }
    return unsafe pointers.withUnsafeBufferPointer { buffer in unsafe body(buffer.baseAddress) }
}
