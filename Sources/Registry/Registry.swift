import Foundation

/// A registry: a data directory, and a database, which is a file of SQLite in that directory or is on a server of PostgreSQL.
///
/// An actor on its own queue. Its methods never suspend, so each runs to its end before the next begins, and when a change returns, it
/// is on the disk. What answers need does not wait for the queue: ``search(queries:model:top:temperature:)`` reads the prototypes in
/// memory, and evidence is read on other connections. So a long write never delays an answer.
public actor Registry {
    /// Who asks for the changes inside `withValue`, for the audit log. The daemon sets it to the caller of each request.
    @TaskLocal public static var author = "aniwhod"

    /// Whether calls inside `withValue` only read: the database then refuses every change. The daemon sets it for the requests that must not change
    /// anything.
    @TaskLocal public static var isReadOnly = false

    private nonisolated let executor: SerialQueueExecutor
    /// The data directory.
    public nonisolated let directory: String
    nonisolated let place: DatabasePlace
    /// The active model's prototypes in memory.
    nonisolated let index: PrototypeIndex
    /// The rejections in memory.
    nonisolated let rejectionIndex: RejectionIndex
    /// The tokens in memory.
    nonisolated let tokenIndex: SecretIndex<StoredToken>
    /// The sessions of browsers in memory.
    nonisolated let sessionIndex: SecretIndex<StoredSession>
    /// Reads what answers need.
    nonisolated let readers: ReadingConnections
    private var connection: Connection?
    private var lock: DirectoryLock?

    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    private init(
        directory: String, place: DatabasePlace, connection: sending Connection, lock: DirectoryLock,
        index: PrototypeIndex,
        rejectionIndex: RejectionIndex, tokenIndex: SecretIndex<StoredToken>, sessionIndex: SecretIndex<StoredSession>,
        readers: ReadingConnections
    ) {
        (self.directory, self.place) = (directory, place)
        executor = SerialQueueExecutor(label: "aniwho.registry")
        self.connection = connection
        self.lock = lock
        self.index = index
        self.rejectionIndex = rejectionIndex
        self.tokenIndex = tokenIndex
        self.sessionIndex = sessionIndex
        self.readers = readers
    }

    /// Opens the registry in a directory, or creates it, and brings it to this version's schema.
    /// - Parameter database: the address of a database of PostgreSQL; nil for a file in the directory.
    /// - Throws: `databaseLocked` when another daemon serves the directory, `databaseNewer`, `migrationEdited`, `storageCorrupt` when the
    ///   file is not a registry, `databaseUnfit` and `databaseAway` for an address, or another of the storage errors.
    public static func open(directory: String, database: String? = nil) async throws(RegistryError) -> Registry {
        let place = try DatabasePlace(database, directory: directory)
        return try open(directory: directory, place: place, migrations: place.migrations())
    }

    /// An address of a database as messages and logs have it: without a password.
    public static func shown(_ address: String) -> String { PostgreSQLAddress(text: address).shown }

    static func open(
        directory: String, place: DatabasePlace, migrations: [Migration]
    ) throws(RegistryError) -> Registry {
        let lock = try DirectoryLock(directory: directory)
        let connection = try place.connect()
        try connection.driver.hold()
        try Migrator(migrations: migrations).migrate(connection)
        try connection.checkIsComplete()
        try connection.noteLooks()
        let index = PrototypeIndex()
        try index.load(from: connection)
        let rejectionIndex = RejectionIndex()
        try rejectionIndex.load(from: connection)
        let tokenIndex = SecretIndex<StoredToken>()
        try tokenIndex.load(from: connection)
        let sessionIndex = SecretIndex<StoredSession>()
        try sessionIndex.load(from: connection)
        return Registry(
            directory: directory, place: place, connection: connection, lock: lock, index: index,
            rejectionIndex: rejectionIndex,
            tokenIndex: tokenIndex, sessionIndex: sessionIndex, readers: try ReadingConnections(place))
    }

    /// Closes the database and unlocks the directory. Every later call throws `closed`.
    public func close() async {
        // Before the connection that writes: the last one to be closed tidies up the write-ahead log, which a reader cannot.
        await readers.close()
        connection = nil
        index.clear()
        lock = nil
    }

    /// The connection, for the stores.
    ///
    /// It refuses changes while the call ``isReadOnly``.
    /// - Throws: `closed`.
    func database() throws(RegistryError) -> Connection {
        guard let connection else { throw RegistryError(.closed, "the registry was closed") }
        try connection.refuseChanges(Self.isReadOnly)
        return connection
    }
}

/// The interface of the registry.
public typealias RegistryStore = CharacterStore & ImageStore & ModelStore & ClassifierStore & PrototypeStore & JobStore
    & RejectionStore & CalibrationStore & SettingStore & AuditStore & TokenStore & SessionStore & TagStore & InboxStore
    & IgnoredStore & StatusStore & PackStore
