import API
import Foundation
import Geometry
import TestSupport
import Testing
@testable import Registry

/// A scratch directory, removed with the last reference to it.
final class ScratchDirectory: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "aniwho-registry-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        TestDatabase.remove(for: data)
    }

    /// The registry's folder in it.
    var data: String { path + "/data" }

    /// The database, if it is a file.
    var databaseFile: String { data + "/aniwho.db" }

    /// Checks the registry, which may be served, from the first row to the last.
    func check(_ digest: (Data) -> String) throws -> ContentSummary {
        if let address = try TestDatabase.address(for: data) {
            return try Registry.check(database: address, digest: digest) { _, _ in }
        }
        return try Registry.check(directory: data, digest: digest) { _, _ in }
    }

    /// A connection to the database beside the registry's own, to look.
    func connect() throws -> Connection {
        try DatabasePlace(TestDatabase.address(for: data), directory: data).connectToRead()
    }
}

/// A fake SHA-256: `number` as 64 hexadecimal digits.
func digest(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 64 - digits.count) + digits
}

/// An image whose bytes and digest follow from a number.
func newImage(_ number: Int, _ embedding: [Float], bytes: Int = 10, box: PixelBox? = nil) -> NewImage {
    NewImage(
        file: "\(number).png", bytes: Data("\(number)".utf8) + Data(count: bytes), sha256: digest(number),
        format: "png", width: 12, height: 34, source: "folder/\(number).png", box: box,
        embedding: embedding)
}

let modelA = digest(0xA)
let modelB = digest(0xB)

extension Registry {
    /// A registry in a scratch directory, with a model of `dimensions` active.
    static func scratch(_ scratch: ScratchDirectory, dimensions: Int = 4) async throws -> Registry {
        let registry = try await Registry.open(
            directory: scratch.data, database: try TestDatabase.address(for: scratch.data))
        _ = try await registry.importModel(
            identity: modelA, name: "A", architecture: "resnet12", dimensions: dimensions, metadata: "{}",
            bytes: Data([1, 2, 3]))
        _ = try await registry.activateModel(identity: modelA)
        return registry
    }

    /// Runs SQL on the registry's own connection, to plant faults.
    func execute(_ sql: String) throws {
        try database().execute(sql)
    }

    /// Makes the database refuse rows of a table whose number in a column is too great.
    func refuseRows(of table: String, where column: String, above most: Int) throws {
        try execute(
            TestDatabase.isFile
                ? """
                CREATE TRIGGER fault BEFORE INSERT ON \(table) WHEN new.\(column) > \(most)
                BEGIN SELECT RAISE(ABORT, 'fault'); END
                """ : "ALTER TABLE \(table) ADD CONSTRAINT fault CHECK (\(column) <= \(most)) NOT VALID")
    }

    func scalar(_ sql: String) throws -> Int64? {
        try database().first(sql) { $0.integer(0) }
    }

    /// A character's prototype by the mean under the active model, as the database has it; nil when there is none.
    func storedPrototype(of name: String) throws -> StoredPrototype? {
        let database = try database()
        guard let model = try database.activeModel() else { return nil }
        return try database.first(
            """
            SELECT p.vector, p.count, p.spread FROM prototypes p JOIN characters c ON c.id = p.character
            WHERE c.name = $1 AND p.model = $2 AND p.head = 'mean'
            """, [.text(name), .integer(model.id)]
        ) { row throws(RegistryError) in
            StoredPrototype(
                vector: try row.vector(0, dimensions: model.record.dimensions), count: row.int(1), spread: row.real(2))
        }
    }
}

struct StoredPrototype: Equatable {
    let vector: [Float]
    let count: Int
    let spread: Double
}

/// Expects `body` to throw a ``RegistryError`` of a reason.
func expect(
    _ reason: RegistryError.Reason, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async {
    let error = await #expect(throws: RegistryError.self, sourceLocation: sourceLocation) { try await body() }
    #expect(error?.reason == reason, sourceLocation: sourceLocation)
}

/// Expects `body` to throw a ``RegistryError`` of a code, without a reason.
func expect(
    _ code: ErrorCode, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async {
    let error = await #expect(throws: RegistryError.self, sourceLocation: sourceLocation) { try await body() }
    #expect(error?.code == code && error?.reason == nil, sourceLocation: sourceLocation)
}
