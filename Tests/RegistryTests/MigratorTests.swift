import Foundation
import Testing

@testable import Registry

@Suite struct MigratorTests {
    let scratch = try? ScratchDirectory()

    private static let first = (name: "0001_a", sql: "CREATE TABLE a (id INTEGER PRIMARY KEY);")
    private static let second = (
        name: "0002_b", sql: "CREATE TABLE b (a INTEGER REFERENCES a (id)); INSERT INTO a VALUES (7);"
    )

    private func connect() throws -> Connection { try Connection(path: try #require(scratch).path + "/test.db") }

    private func migrate(_ texts: [(name: String, sql: String)], _ connection: Connection) throws {
        try Migrator(migrations: try Migration.sequence(texts)).migrate(connection)
    }

    private func reason(_ texts: [(name: String, sql: String)], _ connection: Connection) -> RegistryError.Reason? {
        #expect(throws: RegistryError.self) { try migrate(texts, connection) }?.reason
    }

    @Test func appliesInOrderAndOnce() throws {
        let connection = try connect()
        try migrate([Self.first], connection)
        try migrate([Self.second, Self.first], connection)
        try migrate([Self.first, Self.second], connection)
        #expect(try connection.first("SELECT count(*) FROM a") { $0.int(0) } == 1)
        #expect(
            try connection.all("SELECT name FROM migrations ORDER BY number") { $0.text(0) } == ["0001_a", "0002_b"])
        #expect(try connection.first("PRAGMA foreign_keys") { $0.int(0) } == 1)
    }

    @Test func refusesEditedRenamedAndNewer() throws {
        let connection = try connect()
        try migrate([Self.first, Self.second], connection)
        #expect(reason([Self.first, (Self.second.name, Self.second.sql + " ")], connection) == .migrationEdited)
        #expect(reason([Self.first, ("0002_c", Self.second.sql)], connection) == .migrationEdited)
        #expect(reason([Self.first], connection) == .databaseNewer)
        try connection.execute("DELETE FROM migrations WHERE number = 1")
        #expect(reason([Self.first, Self.second], connection) == .migrationEdited)
    }

    @Test func refusesGapsInTheBuild() throws {
        let connection = try connect()
        #expect(reason([Self.first, ("0003_c", "SELECT 1")], connection) == .migrationEdited)
        #expect(reason([Self.first, ("0001_c", "SELECT 1")], connection) == .migrationEdited)
        #expect(reason([("what", "SELECT 1")], connection) == .migrationEdited)
        #expect(throws: Never.self) { try Migration.sequence(embeddedMigrations) }
        #expect(!embeddedMigrations.isEmpty)
    }

    @Test func failingMigrationLeavesTheOnesBefore() throws {
        let connection = try connect()
        let failing = (name: "0003_c", sql: "CREATE TABLE c (x); INSERT INTO nowhere VALUES (1);")
        #expect(reason([Self.first, Self.second, failing], connection) == .storageFailure)
        #expect(try connection.first("SELECT count(*) FROM migrations") { $0.int(0) } == 2)
        #expect(try connection.first("SELECT count(*) FROM sqlite_schema WHERE name = 'c'") { $0.int(0) } == 0)
        #expect(!connection.isInTransaction)
    }

    @Test func refusesDanglingReferences() throws {
        let connection = try connect()
        let dangling = (name: "0003_c", sql: "INSERT INTO b VALUES (8);")
        let error = #expect(throws: RegistryError.self) {
            try migrate([Self.first, Self.second, dangling], connection)
        }
        #expect(error?.message.contains("dangling references in b") == true)
        #expect(try connection.first("SELECT count(*) FROM b") { $0.int(0) } == 0)
    }

    /// A build can miss an edit of a migration that it has embedded before: `touch migrations` and build again.
    @Test func embeddedMigrationsAreTheFolder() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../migrations")
            .standardized
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "sql" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        #expect(embeddedMigrations.map(\.name) == files.map { $0.deletingPathExtension().lastPathComponent })
        #expect(embeddedMigrations.map(\.sql) == (try files.map { try String(contentsOf: $0, encoding: .utf8) }))
    }

    @Test func checksumIsFNV1a() {
        #expect(Migration(number: 1, name: "", sql: "").checksum == "cbf29ce484222325")
        #expect(Migration(number: 1, name: "", sql: "foobar").checksum == "85944171f73967e8")
    }
}
