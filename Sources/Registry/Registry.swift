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
    /// The folder that holds the files of jobs: the data directory, or one that several daemons share.
    nonisolated let shared: String
    nonisolated let place: DatabasePlace
    nonisolated let indexes: MemoryIndexes
    /// What tells apart the daemons that serve one database.
    nonisolated let identity: DaemonIdentity
    nonisolated let peers: DaemonPeers
    /// Reads what answers need.
    nonisolated let readers: ReadingConnections
    private var connection: Connection?
    private var lock: DirectoryLock?

    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    private init(
        directory: String, shared: String?, place: DatabasePlace, connection: sending Connection, lock: DirectoryLock,
        indexes: MemoryIndexes, identity: DaemonIdentity, readers: ReadingConnections
    ) {
        (self.directory, self.shared, self.place) = (directory, shared ?? directory, place)
        executor = SerialQueueExecutor(label: "aniwho.registry")
        self.connection = connection
        self.lock = lock
        (self.indexes, self.identity, peers) = (indexes, identity, DaemonPeers(identity))
        self.readers = readers
    }

    /// Opens the registry in a directory, or creates it, and brings it to this version's schema.
    /// - Parameters:
    ///   - database: the address of a database of PostgreSQL; nil for a file in the directory.
    ///   - shared: the folder for the files of jobs, if that is not the directory.
    /// - Throws: `databaseLocked` when another daemon serves the directory, `databaseNewer`, `migrationEdited`, `storageCorrupt` when the
    ///   file is not a registry, `databaseUnfit` and `databaseAway` for an address, or another of the storage errors.
    public static func open(
        directory: String, database: String? = nil, shared: String? = nil
    ) async throws(RegistryError) -> Registry {
        let place = try DatabasePlace(database, directory: directory)
        if let shared { try DataDirectory.makeFolder(shared) }
        return try open(directory: directory, shared: shared, place: place, migrations: place.migrations())
    }

    /// An address of a database as messages and logs have it: without a password.
    public static func shown(_ address: String) -> String { PostgreSQLAddress(text: address).shown }

    static func open(
        directory: String, shared: String? = nil, place: DatabasePlace, migrations: [Migration]
    ) throws(RegistryError) -> Registry {
        let lock = try DirectoryLock(directory: directory)
        let connection = try place.connect()
        try Migrator(migrations: migrations).migrate(connection)
        try connection.driver.hold(.shared)
        if case .server = place { try connection.makeVectorViews() }
        try connection.checkIsComplete()
        try connection.noteLooks()
        let indexes = MemoryIndexes()
        try indexes.load(from: connection)
        return Registry(
            directory: directory, shared: shared, place: place, connection: connection, lock: lock, indexes: indexes,
            identity: DaemonIdentity(in: directory), readers: try ReadingConnections(place))
    }

    /// Closes the database and unlocks the directory. Every later call throws `closed`.
    public func close() async {
        // Before the connection that writes: the last one to be closed tidies up the write-ahead log, which a reader cannot.
        await peers.stop()
        await readers.close()
        indexes.revisions.finish()
        connection = nil
        indexes.prototypes.apply([.clear])
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
    & IgnoredStore & StatusStore & PackStore & LoginLinkStore
