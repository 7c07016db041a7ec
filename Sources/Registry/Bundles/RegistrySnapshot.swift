public import API
public import Foundation

/// Everything that is enrolled, as it was at one moment. It has its own connection with an open read transaction, so that it does not see
/// the changes that go on meanwhile.
public final class RegistrySnapshot {
    private let database: Connection
    private let active: StoredModel

    /// The model that answers.
    public var model: ModelSummary { active.record }

    fileprivate init(_ place: DatabasePlace) throws(RegistryError) {
        database = try place.connectToRead()
        try database.driver.beginSnapshot()
        guard let model = try database.activeModel() else { throw RegistryError.noActiveModel }
        active = model
    }

    public func setting(_ key: String) throws(RegistryError) -> String? {
        try database.first("SELECT value FROM settings WHERE key = $1", [.text(key)]) { $0.text(0) }
    }

    /// The active model's calibration.
    public func calibration() throws(RegistryError) -> StoredCalibration? {
        try database.first(StoredCalibration.query, [.integer(active.id)], StoredCalibration.init(row:))
    }

    /// All characters, ordered by id.
    public func characters() throws(RegistryError) -> [CharacterSummary] {
        try database.all(CharacterSummary.query + " ORDER BY c.id", [], CharacterSummary.init(row:))
    }

    /// A character's images with pictures, ordered by id.
    public func pictures(of character: CharacterSummary) throws(RegistryError) -> [EnrolledImage] {
        try database.images(of: character).map(\.image).filter { $0.pack == nil }
    }

    /// The file of an image.
    public func bytes(of image: EnrolledImage) throws(RegistryError) -> Data {
        let bytes = try database.first("SELECT bytes FROM image_files WHERE image = $1", [.integer(image.id)]) {
            $0.blob(0)
        }
        guard let bytes else {
            throw RegistryError(.storageCorrupt, "the file of image \(image.id) is missing; restore a backup")
        }
        return bytes
    }

    /// The embeddings of a character's pictures, in the order of its images, without the vectors of cast packs.
    public func embeddings(of character: CharacterSummary) throws(RegistryError) -> [[Float]] {
        try database.all(
            """
            SELECT e.vector FROM images i CROSS JOIN embeddings e ON e.image = i.id AND e.model = $1
            WHERE i.character = $2 AND i.pack IS NULL ORDER BY i.id
            """, [.integer(active.id), .integer(character.id)], vector)
    }

    /// All embeddings that answers about a character rest on, of pictures and of cast packs.
    public func supports(of character: CharacterSummary) throws(RegistryError) -> [[Float]] {
        try database.supports(of: character.id, model: active)
    }

    /// The cast packs whose vectors count under the active model, in the order of their numbers.
    public func packs() throws(RegistryError) -> [(id: Int64, pack: NewPack)] {
        try database.all(
            """
            SELECT id, name, sha256 FROM packs
            WHERE model = $1 AND EXISTS (SELECT 1 FROM images i WHERE i.pack = packs.id) ORDER BY id
            """, [.text(active.record.identity)]
        ) { (id: $0.integer(0), pack: NewPack(name: $0.text(1), sha256: $0.text(2), signer: nil)) }
    }

    /// The vectors that a character has of a cast pack.
    public func vectors(of character: CharacterSummary, pack: Int64) throws(RegistryError) -> [[Float]] {
        try database.all(
            """
            SELECT e.vector FROM images i CROSS JOIN embeddings e ON e.image = i.id AND e.model = $1
            WHERE i.character = $2 AND i.pack = $3 ORDER BY i.id
            """, [.integer(active.id), .integer(character.id), .integer(pack)], vector)
    }

    private func vector(_ row: Row) throws(RegistryError) -> [Float] {
        try row.vector(0, dimensions: active.record.dimensions)
    }

    /// A character's prototype; nil when it has no images.
    public func prototype(of character: CharacterSummary) throws(RegistryError) -> [Float]? {
        try database.first(
            "SELECT vector FROM prototypes WHERE character = $1 AND model = $2 AND head = $3",
            [.integer(character.id), .integer(active.id), .text(Prototype.head)]
        ) { row throws(RegistryError) in try row.vector(0, dimensions: active.record.dimensions) }
    }

    /// All rejections, oldest first, each with its file and its embedding.
    public func forEachRejection(
        _ body: (Rejection, _ bytes: Data, _ embedding: [Float]) throws -> Void
    ) throws {
        for rejection in try database.all(Rejection.query + " ORDER BY r.id", [], Rejection.init(row:)) {
            let row = try database.first(
                """
                SELECT f.bytes, e.vector FROM rejection_files f
                JOIN rejection_embeddings e ON e.rejection = f.rejection AND e.model = $1 WHERE f.rejection = $2
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
    /// Reads everything that is enrolled now. Blocks its thread and never waits for other users of the registry.
    /// - Throws: `modelNotActive` when no model is active; the storage errors; what `body` throws.
    public nonisolated func withSnapshot<T>(_ body: (RegistrySnapshot) throws -> T) throws -> T {
        try body(try RegistrySnapshot(place))
    }
}
