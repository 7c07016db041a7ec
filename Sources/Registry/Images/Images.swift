import API
public import Foundation

/// A support image, without its bytes.
public struct ImageRecord: Sendable, Equatable {
    /// Never reused, not even after removal.
    public let id: Int64
    public let characterID: Int64
    public let characterName: String
    /// SHA-256 of the bytes, hexadecimal.
    public let sha256: String
    /// `png`, `jpeg` or `webp`, as the caller named it.
    public let format: String
    public let byteCount: Int
    public let width: Int
    public let height: Int
    /// Where the picture came from, as the user gave it.
    public let source: String
    public let addedAt: Date

    public init(
        id: Int64, characterID: Int64, characterName: String, sha256: String, format: String, byteCount: Int,
        width: Int,
        height: Int, source: String, addedAt: Date
    ) {
        self.id = id
        self.characterID = characterID
        self.characterName = characterName
        self.sha256 = sha256
        self.format = format
        self.byteCount = byteCount
        self.width = width
        self.height = height
        self.source = source
        self.addedAt = addedAt
    }
}

/// Support images: the pictures that a character is known by.
public protocol ImageStore: Sendable {
    /// Adds images to a character, which is created if there is none of that name, and updates its prototype: all in
    /// one transaction, durable when this returns.
    ///
    /// Bytes already stored under the character are reported as duplicates and not stored again; bytes stored under
    /// another character are stored, and reported as conflicts.
    /// - Parameters:
    ///   - character: the name.
    ///   - images: with embeddings of `model`.
    ///   - model: identity of the model that made the embeddings; must be the active one.
    /// - Throws: `invalidName`, `modelNotActive` (embed again with the active model), `dimensionMismatch`,
    ///   `invalidVector`, or the storage errors; nothing is stored then.
    func enroll(character: String, images: [NewImage], model: String) async throws(RegistryError) -> Enrollment

    /// A character's images, oldest first.
    /// - Throws: `invalidName`, `characterNotFound`.
    func images(of character: String) async throws(RegistryError) -> [ImageRecord]

    /// - Throws: `imageNotFound`.
    func image(_ id: Int64) async throws(RegistryError) -> ImageRecord

    /// The original file.
    /// - Throws: `imageNotFound`.
    func imageBytes(_ id: Int64) async throws(RegistryError) -> Data

    /// Removes an image and updates its character's prototype. The character stays, even without images.
    /// - Returns: the image as it was.
    /// - Throws: `imageNotFound`.
    @discardableResult
    func removeImage(_ id: Int64) async throws(RegistryError) -> ImageRecord

    /// Gives images to a character, which is created if there is none of that name, and updates the prototypes of all whose images
    /// changed: all in one transaction. An image whose bytes the character has already is removed instead.
    /// - Throws: `invalidName`, `imageNotFound`; nothing is moved then.
    func moveImages(_ ids: [Int64], to character: String) async throws(RegistryError) -> Move

    /// Gives some of a character's images, and not all, to a new one, in one transaction.
    /// - Throws: `invalidName`, `characterNotFound`, `characterExists`, `imageNotFound` when one is not the character's, `invalidSplit`.
    func splitCharacter(_ name: String, images ids: [Int64], into newName: String) async throws(RegistryError) -> Move

    /// Gives all images of a character to another, with its tags and note, and removes it, in one transaction.
    /// - Throws: `invalidName` when both are the same, `characterNotFound`.
    func mergeCharacter(_ source: String, into target: String) async throws(RegistryError) -> Move
}

extension Registry: ImageStore {
    public func images(of character: String) throws(RegistryError) -> [ImageRecord] {
        let name = try RegistryName.validated(character)
        let database = try database()
        let character = try database.existingCharacter(named: name)
        return try database.all(
            ImageRecord.query + " WHERE i.character = ? ORDER BY i.id", [.integer(character.id)],
            ImageRecord.init(row:))
    }

    public func image(_ id: Int64) throws(RegistryError) -> ImageRecord {
        try database().existingImage(id)
    }

    public func imageBytes(_ id: Int64) throws(RegistryError) -> Data {
        let bytes = try database().first("SELECT bytes FROM image_files WHERE image = ?", [.integer(id)]) { $0.blob(0) }
        guard let bytes else { throw RegistryError(.imageNotFound, "there is no image \(id)") }
        return bytes
    }

    @discardableResult
    public func removeImage(_ id: Int64) throws(RegistryError) -> ImageRecord {
        let database = try database()
        let (image, prototype) = try database.transaction { () throws(RegistryError) in
            let image = try database.existingImage(id)
            try database.run("DELETE FROM images WHERE id = ?", [.integer(id)])
            try database.touchCharacter(image.characterID)
            try database.record(
                "image.remove", subject: String(id), detail: ["character": image.characterName, "sha256": image.sha256])
            var prototype: Prototype?
            if let model = try database.activeModel() {
                prototype = try database.refreshPrototype(of: image.characterID, model: model)
            }
            return (image, prototype)
        }
        index.set(character: image.characterID, name: image.characterName, prototype: prototype)
        try refreshRejections(of: image.characterID)
        return image
    }
}

extension ImageRecord {
    static let query = """
        SELECT i.id, i.character, c.name, i.sha256, i.format, i.byte_count, i.width, i.height, i.source, i.added_at
        FROM images i JOIN characters c ON c.id = i.character
        """

    init(row: Row) {
        self.init(
            id: row.integer(0), characterID: row.integer(1), characterName: row.text(2), sha256: row.text(3),
            format: row.text(4), byteCount: row.int(5), width: row.int(6), height: row.int(7), source: row.text(8),
            addedAt: row.date(9))
    }
}

extension Connection {
    /// - Throws: `imageNotFound`.
    func existingImage(_ id: Int64) throws(RegistryError) -> ImageRecord {
        let image = try first(ImageRecord.query + " WHERE i.id = ?", [.integer(id)], ImageRecord.init(row:))
        guard let image else { throw RegistryError(.imageNotFound, "there is no image \(id)") }
        return image
    }

    /// The images with these bytes, whichever character they belong to.
    func images(sha256: String) throws(RegistryError) -> [ImageRecord] {
        try all(
            ImageRecord.query + " WHERE i.sha256 = ? ORDER BY i.id", [.text(sha256)], ImageRecord.init(row:))
    }
}
