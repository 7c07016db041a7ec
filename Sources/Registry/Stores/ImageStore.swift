public import Foundation

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
