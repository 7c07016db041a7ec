import CSQLite
import Foundation

/// Where a registry's database is.
enum DatabasePlace: Sendable, Equatable {
    /// A file of SQLite in the data directory.
    case file(path: String)
    case server(PostgreSQLAddress)

    /// - Parameter address: a URL of PostgreSQL; nil for a file in the data directory, which is made if it is missing.
    /// - Throws: `databaseUnfit` for an address of another kind; the storage errors.
    init(_ address: String?, directory: String) throws(RegistryError) {
        guard let address else {
            self = .file(path: try DataDirectory.prepare(directory))
            return
        }
        self = .server(try PostgreSQLAddress(validating: address))
        try DataDirectory.makeFolder(directory)
    }

    /// A connection for changes, to a database that is a registry or is empty.
    func connect() throws(RegistryError) -> Connection {
        switch self {
        case .file(let path): try Connection(path: path)
        case .server(let address): try Connection(address)
        }
    }

    /// A connection that only reads a registry.
    func connectToRead() throws(RegistryError) -> Connection {
        switch self {
        case .file(let path): return try Connection(path: path, flags: SQLITE_OPEN_READONLY)
        case .server(let address):
            let connection = Connection(try PostgreSQLDriver(address))
            try connection.refuseChanges(true)
            return connection
        }
    }

    /// The migrations of this version for this system.
    func migrations() throws(RegistryError) -> [Migration] {
        switch self {
        case .file: try Migration.sequence(embeddedMigrations)
        case .server: try Migration.sequence(embeddedPostgreSQLMigrations, from: Migration.firstOfPostgreSQL)
        }
    }
}
