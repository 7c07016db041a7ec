import Foundation

/// What the registry keeps as a whole file under a name and the hash of its content, with a table of records and one of bytes.
public enum KeptFile: String, Sendable {
    case model
    case classifier

    private var records: String { rawValue + "s" }
    private var files: String { rawValue + "_files" }
    private var existsCode: RegistryError.Code { self == .model ? .modelExists : .classifierExists }
    private var notFoundCode: RegistryError.Code { self == .model ? .modelNotFound : .classifierNotFound }

    /// That there is none of some name or identity.
    func notFound(_ which: String) -> RegistryError { RegistryError(notFoundCode, "there is no \(rawValue) \(which)") }

    /// - Throws: `modelExists` or `classifierExists` when the identity or the name is taken.
    func checkIsNew(identity: String, name: String, in database: Connection) throws(RegistryError) {
        let twin = try database.first(
            "SELECT identity, name FROM \(records) WHERE identity = ? OR name = ?", [.text(identity), .text(name)]
        ) { (identity: $0.text(0), name: $0.text(1)) }
        guard let twin else { return }
        let what =
            twin.identity == identity ? "this very \(rawValue) is imported" : "there is a \(rawValue) of this name"
        throw RegistryError(existsCode, "\(what) already, as '\(twin.name)' (\(twin.identity.prefix(12)))")
    }

    /// - Throws: `modelExists` or `classifierExists` when the name is taken, or when a job under way makes what is to have it.
    func checkIsFree(name: String, in database: Connection) throws(RegistryError) {
        if try database.first("SELECT 1 FROM \(records) WHERE name = ?", [.text(name)], { $0.int(0) }) != nil {
            throw RegistryError(existsCode, "there is a \(rawValue) named '\(name)' already; choose another name")
        }
        let rival = try database.first(
            "SELECT id FROM jobs WHERE name = ? AND state IN ('queued', 'running')", [.text(name)]
        ) { $0.integer(0) }
        if let rival {
            throw RegistryError(existsCode, "what job \(rival) makes is named '\(name)'; choose another name")
        }
    }

    /// Keeps the file of the record that was inserted last.
    func store(_ bytes: Data, in database: Connection) throws(RegistryError) {
        try database.run(
            "INSERT INTO \(files) (\(rawValue), bytes) VALUES (?, ?)",
            [.integer(database.lastInsertedID), .blob(bytes)])
    }

    /// - Throws: `modelNotFound` or `classifierNotFound`; `storageCorrupt` when there is a record and no file.
    func bytes(identity: String, in database: Connection) throws(RegistryError) -> Data {
        let record = try database.first(
            "SELECT id, name FROM \(records) WHERE identity = ?", [.text(identity)]
        ) { (id: $0.integer(0), name: $0.text(1)) }
        guard let record else { throw notFound("with identity \(identity)") }
        let bytes = try database.first(
            "SELECT bytes FROM \(files) WHERE \(rawValue) = ?", [.integer(record.id)]
        ) { $0.blob(0) }
        guard let bytes else {
            throw RegistryError(
                .storageCorrupt, "the file of \(rawValue) '\(record.name)' is missing; restore a backup")
        }
        return bytes
    }
}
