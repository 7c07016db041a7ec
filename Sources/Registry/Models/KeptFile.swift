import API
import Foundation

/// What the registry keeps as a whole file under a name and the SHA-256 of its content. One table holds the records, another the
/// bytes.
public enum KeptFile: String, Sendable {
    case model
    case classifier
    case detector

    private var records: String { rawValue + "s" }
    private var files: String { rawValue + "_files" }
    private var existsCode: ErrorCode {
        switch self {
        case .model: .modelExists
        case .classifier: .classifierExists
        case .detector: .detectorExists
        }
    }

    private var notFoundCode: ErrorCode {
        switch self {
        case .model: .modelNotFound
        case .classifier: .classifierNotFound
        case .detector: .detectorNotFound
        }
    }

    /// The error for a name or an identity that no file has.
    func notFound(_ which: String) -> RegistryError { RegistryError(notFoundCode, "there is no \(rawValue) \(which)") }

    /// - Throws: the kind's error, such as `modelExists`, when the identity or the name is taken.
    func checkIsNew(identity: String, name: String, in database: Connection) throws(RegistryError) {
        let twin = try database.first(
            "SELECT identity, name FROM \(records) WHERE identity = $1 OR name = $2", [.text(identity), .text(name)]
        ) { (identity: $0.text(0), name: $0.text(1)) }
        guard let twin else { return try database.checkLook(of: name, as: rawValue, in: records, existsCode) }
        let what =
            twin.identity == identity ? "this \(rawValue) is already imported" : "a \(rawValue) of this name exists"
        throw RegistryError(existsCode, "\(what), as '\(twin.name)' (\(twin.identity.prefix(12)))")
    }

    /// - Throws: `modelExists` or `classifierExists` when the name is taken, or when a queued or running job will give it to what it makes.
    func checkIsFree(name: String, in database: Connection) throws(RegistryError) {
        if try database.first("SELECT 1 FROM \(records) WHERE name = $1", [.text(name)], { $0.int(0) }) != nil {
            throw RegistryError(existsCode, "a \(rawValue) named '\(name)' exists; choose another name")
        }
        try database.checkLook(of: name, as: rawValue, in: records, existsCode)
        let rival = try database.first(
            """
            SELECT id FROM jobs WHERE name = $1 AND state IN ('queued', 'running')
            AND kind IN (\(JobKind.trainings.sqlList))
            """, [.text(name)]
        ) { $0.integer(0) }
        if let rival {
            throw RegistryError(
                existsCode, "job \(rival) is making a model or classifier named '\(name)'; choose another name")
        }
    }

    /// The strings in the metadata of a file.
    /// - Parameter name: the file's, for the message.
    /// - Throws: `storageCorrupt` when `metadata` is not a JSON object of strings.
    func settings(in metadata: String, of name: String) throws(RegistryError) -> [String: String] {
        guard let settings = try? JSONDecoder().decode([String: String].self, from: Data(metadata.utf8)) else {
            throw RegistryError(
                .storageCorrupt, "the metadata of \(rawValue) '\(name)' cannot be read; restore a backup")
        }
        return settings
    }

    /// Stores the file of a record.
    func store(_ bytes: Data, of record: Int64, in database: Connection) throws(RegistryError) {
        try database.run(
            "INSERT INTO \(files) (\(rawValue), bytes) VALUES ($1, $2)",
            [.integer(record), .blob(bytes)])
    }

    /// The bytes of a file.
    /// - Throws: the kind's error, such as `modelNotFound`; `storageCorrupt` when the record has no bytes.
    func bytes(identity: String, in database: Connection) throws(RegistryError) -> Data {
        let record = try database.first(
            "SELECT id, name FROM \(records) WHERE identity = $1", [.text(identity)]
        ) { (id: $0.integer(0), name: $0.text(1)) }
        guard let record else { throw notFound("with identity \(identity)") }
        let bytes = try database.first(
            "SELECT bytes FROM \(files) WHERE \(rawValue) = $1", [.integer(record.id)]
        ) { $0.blob(0) }
        guard let bytes else {
            throw RegistryError(
                .storageCorrupt, "the file of \(rawValue) '\(record.name)' is missing; restore a backup")
        }
        return bytes
    }
}
