public import API
import CSQLite
public import Foundation

/// Everything that is enrolled as it was at one moment, read through a connection of its own: changes go on meanwhile, and are not seen.
public final class RegistrySnapshot {
    private let database: Connection
    private let active: StoredModel

    /// The model that answers.
    public var model: ModelSummary { active.record }

    fileprivate init(_ path: String) throws(RegistryError) {
        database = try Connection(path: path, flags: SQLITE_OPEN_READONLY)
        try database.execute("BEGIN")
        guard let model = try database.activeModel() else { throw RegistryError.noActiveModel }
        active = model
    }

    public func setting(_ key: String) throws(RegistryError) -> String? {
        try database.first("SELECT value FROM settings WHERE key = ?", [.text(key)]) { $0.text(0) }
    }

    /// The active model's calibration.
    public func calibration() throws(RegistryError) -> StoredCalibration? {
        try database.first(StoredCalibration.query, [.integer(active.id)], StoredCalibration.init(row:))
    }

    /// All characters, in the order of their numbers.
    public func characters() throws(RegistryError) -> [CharacterRecord] {
        try database.all(CharacterRecord.query + " ORDER BY c.id", [], CharacterRecord.init(row:))
    }

    /// A character's images, in the order of their numbers.
    public func images(of character: CharacterRecord) throws(RegistryError) -> [ImageRecord] {
        try database.all(
            ImageRecord.query + " WHERE i.character = ? ORDER BY i.id", [.integer(character.id)],
            ImageRecord.init(row:))
    }

    /// The file of an image.
    public func bytes(of image: ImageRecord) throws(RegistryError) -> Data {
        let bytes = try database.first("SELECT bytes FROM image_files WHERE image = ?", [.integer(image.id)]) {
            $0.blob(0)
        }
        guard let bytes else {
            throw RegistryError(.storageCorrupt, "the file of image \(image.id) is missing; restore a backup")
        }
        return bytes
    }

    /// The embeddings of a character's images, in their order.
    public func embeddings(of character: CharacterRecord) throws(RegistryError) -> [[Float]] {
        try database.supports(of: character.id, model: active)
    }

    /// A character's prototype; nil where it has no images.
    public func prototype(of character: CharacterRecord) throws(RegistryError) -> [Float]? {
        try database.first(
            "SELECT vector FROM prototypes WHERE character = ? AND model = ? AND head = ?",
            [.integer(character.id), .integer(active.id), .text(Prototype.head)]
        ) { row throws(RegistryError) in try row.vector(0, dimensions: active.record.dimensions) }
    }

    /// All rejections, oldest first, each with its file and its embedding.
    public func forEachRejection(
        _ body: (RejectionRecord, _ bytes: Data, _ embedding: [Float]) throws -> Void
    ) throws {
        for rejection in try database.all(RejectionRecord.query + " ORDER BY r.id", [], RejectionRecord.init(row:)) {
            let row = try database.first(
                """
                SELECT f.bytes, e.vector FROM rejection_files f
                JOIN rejection_embeddings e ON e.rejection = f.rejection AND e.model = ? WHERE f.rejection = ?
                """, [.integer(active.id), .integer(rejection.id)]
            ) { row throws(RegistryError) in
                (bytes: row.blob(0), vector: try row.vector(1, dimensions: active.record.dimensions))
            }
            guard let row else {
                throw RegistryError(
                    .storageCorrupt, "the file of rejection \(rejection.id) is missing; restore a backup")
            }
            try body(rejection, row.bytes, row.vector)
        }
    }
}

extension Registry {
    /// Reads everything enrolled as it is now. Blocks its thread, and waits for nobody.
    /// - Throws: `modelNotActive` when no model is active; the storage errors; what `body` throws.
    public nonisolated func withSnapshot<T>(_ body: (RegistrySnapshot) throws -> T) throws -> T {
        try body(try RegistrySnapshot(DataDirectory.database(in: directory)))
    }
}
