import API
import Foundation

/// A registry that a command names: a data directory, or the address of a database.
final class RegistryPlace {
    let place: DatabasePlace
    /// What messages call it.
    let shown: String
    private let directory: String?
    private var lock: DirectoryLock?

    init(_ text: String) throws(RegistryError) {
        if PostgreSQLAddress.isAddress(text) {
            let address = PostgreSQLAddress(text: text)
            (place, directory, shown) = (.server(address), nil, address.shown)
        } else {
            guard !text.contains("://") else {
                throw RegistryError(
                    .badRequest,
                    "“\(text)” is no registry; give a data directory, or postgresql://USER@HOST:PORT/DATABASE")
            }
            let path = URL(filePath: text, directoryHint: .isDirectory).standardized.path
            (place, directory, shown) = (.file(path: DataDirectory.database(in: path)), path, path)
        }
    }

    /// Opens a registry to read, at one unchanging state.
    func openSource() throws(RegistryError) -> Connection {
        if let directory {
            guard FileManager.default.fileExists(atPath: DataDirectory.database(in: directory)) else {
                throw RegistryError(.fileNotFound, "there is no registry in \(directory)")
            }
            lock = try DirectoryLock(directory: directory)
        }
        let connection = try place.connectToRead()
        try connection.driver.hold(.alone)
        try connection.driver.beginSnapshot()
        let tables = try connection.all(connection.driver.dialect.tables) { $0.text(0) }
        guard tables.contains("migrations") else {
            throw RegistryError(.fileNotFound, "there is no registry in \(shown)")
        }
        let migrations = try place.migrations()
        let version = try Migrator(migrations: migrations).verify(connection)
        guard version == migrations.last?.number else {
            throw RegistryError(
                .databaseUnfit,
                "an earlier version wrote \(shown); serve it once with this version's aniwhod, and copy it then")
        }
        try connection.checkIsComplete()
        return connection
    }

    /// Opens an empty registry, or one that an earlier copy has begun.
    func openTarget() throws(RegistryError) -> Connection {
        if let directory {
            _ = try DataDirectory.prepare(directory)
            lock = try DirectoryLock(directory: directory)
        }
        let connection = try place.connect()
        try connection.driver.hold(.alone)
        try Migrator(migrations: place.migrations()).migrate(connection)
        return connection
    }
}
