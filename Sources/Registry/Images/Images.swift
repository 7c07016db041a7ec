public import API
public import Foundation
import Geometry

/// The enrolled images: the pictures that define a character.
public protocol ImageStore: Sendable {
    /// Adds images to a character and updates its prototype, in one transaction, which is durable when this returns.
    /// It creates the character if there is none of that name.
    ///
    /// A face that the character has already (``PictureKey/coincides(with:)``) is not stored again: it is a duplicate. A face that another
    /// character has is stored, and is a conflict.
    /// - Parameters:
    ///   - character: the name.
    ///   - images: with embeddings of `model`.
    ///   - model: identity of the model that made the embeddings; must be the active one.
    /// - Throws: `invalidName`, `characterExists` for a new name that looks like another character's, `modelNotActive` (embed again with the active model), `dimensionMismatch`,
    ///   `invalidVector`, or the storage errors. An error stores nothing.
    func enroll(
        character: String, images: [NewImage], model: String
    ) async throws(RegistryError) -> EnrollImages.Response

    /// A character's images, oldest first.
    /// - Throws: `invalidName`, `characterNotFound`.
    func images(of character: String) async throws(RegistryError) -> [EnrolledImage]

    /// A page of a character's images, oldest first.
    /// - Parameter after: the number of the page before's last image; 0 for the first page.
    /// - Throws: `invalidName`, `characterNotFound`.
    func images(of character: String, after: Int64, limit: Int) async throws(RegistryError) -> [EnrolledImage]

    /// - Throws: `imageNotFound`.
    func image(_ id: Int64) async throws(RegistryError) -> EnrolledImage

    /// A character's oldest picture; nil when it has none. Vectors of cast packs are no pictures.
    /// - Throws: `characterNotFound`.
    func firstImage(of character: String) async throws(RegistryError) -> EnrolledImage?

    /// The hashes of all pictures that are kept: enrolled, in the inbox or in the trash.
    func pictureHashes() async throws(RegistryError) -> Set<String>

    /// The original file.
    /// - Throws: `imageNotFound`, also for a vector of a cast pack.
    func imageBytes(_ id: Int64) async throws(RegistryError) -> Data

    /// Puts images into the trash and updates the prototypes of their characters, in one transaction. The characters stay, even without images.
    /// - Returns: the images as they were, in the order given.
    /// - Throws: `imageNotFound`, naming every number that no image has. An error removes nothing.
    @discardableResult
    func removeImages(_ ids: [Int64]) async throws(RegistryError) -> [EnrolledImage]

    /// Moves images to a character and updates the prototypes of all characters concerned, in one transaction. It creates the
    /// character if there is none of that name, and puts an image whose face the character has already into the trash.
    /// - Throws: `invalidName`, `imageNotFound`. An error moves nothing.
    func moveImages(_ ids: [Int64], to character: String) async throws(RegistryError) -> MovedImages

    /// Moves some of a character's images, but not all, to a new character, in one transaction.
    /// - Throws: `invalidName`, `characterNotFound`, `characterExists`, `imageNotFound` when one is another character's,
    ///   `invalidSplit`.
    func splitCharacter(
        _ name: String, images ids: [Int64], into newName: String
    ) async throws(RegistryError) -> MovedImages

    /// Moves all images, tags and the note of a character to another one and puts the character into the trash, in one transaction.
    /// - Throws: `invalidName` when both are the same, or when the tags or the notes of both are more than one may have;
    ///   `characterNotFound`. An error changes nothing.
    func mergeCharacter(_ source: String, into target: String) async throws(RegistryError) -> MovedImages
}

extension Registry: ImageStore {
    public func images(of character: String) throws(RegistryError) -> [EnrolledImage] {
        try images(of: character, after: 0, limit: .max)
    }

    public func images(of character: String, after: Int64, limit: Int) throws(RegistryError) -> [EnrolledImage] {
        let name = try RegistryName.validated(character)
        let database = try database()
        let found = try database.existingCharacter(named: name)
        return try database.images(of: found, after: after, limit: limit).map(\.image)
    }

    public func image(_ id: Int64) throws(RegistryError) -> EnrolledImage {
        try database().existingImage(id).image
    }

    public func firstImage(of character: String) throws(RegistryError) -> EnrolledImage? {
        let name = try RegistryName.validated(character)
        let database = try database()
        return try database.first(
            StoredImage.query + " WHERE i.character = $1 AND i.pack IS NULL ORDER BY i.id LIMIT 1",
            [.integer(try database.existingCharacter(named: name).id)], StoredImage.init(row:))?.image
    }

    public func pictureHashes() throws(RegistryError) -> Set<String> {
        Set(try database().all("SELECT sha256 FROM all_images UNION SELECT sha256 FROM all_unknowns") { $0.text(0) })
    }

    public func imageBytes(_ id: Int64) throws(RegistryError) -> Data {
        let bytes = try database().first(
            "SELECT f.bytes FROM images i JOIN image_files f ON f.image = i.id WHERE i.id = $1", [.integer(id)]
        ) { $0.blob(0) }
        if let bytes { return bytes }
        if let pack = try database().existingImage(id).image.pack {
            throw RegistryError(
                .imageNotFound, "image \(id) is a vector from the cast pack '\(pack)': there is no picture of it")
        }
        throw RegistryError(.storageCorrupt, "the file of image \(id) is missing; restore a backup")
    }

    @discardableResult
    public func removeImages(_ ids: [Int64]) throws(RegistryError) -> [EnrolledImage] {
        try change { (database, indexes) throws(RegistryError) in
            let images = try database.existingImages(ids)
            guard !images.isEmpty else { return [] }
            let change = try database.beginTrash(.imageRemove, of: images.onlyCharacter)
            var characters: [Int64: String] = [:]
            for stored in images {
                try database.trash(image: stored.image.id, by: change)
                try database.record(
                    "image.remove", subject: String(stored.image.id),
                    detail: ["character": stored.image.character, "sha256": stored.image.sha256])
                characters[stored.characterID] = stored.image.character
            }
            let model = try database.activeModel()
            for (id, name) in characters {
                try database.touchCharacter(id)
                let prototype = try model.flatMap { model throws(RegistryError) in
                    try database.refreshPrototype(of: id, model: model)
                }
                try indexes.set(character: id, name: name, prototype: prototype)
            }
            return images.map(\.image)
        }
    }
}

extension ImageStore {
    /// Removes one image; see ``removeImages(_:)``.
    /// - Returns: the image as it was.
    @discardableResult
    public func removeImage(_ id: Int64) async throws(RegistryError) -> EnrolledImage {
        try await removeImages([id])[0]
    }
}

/// An image and the number of its character, which the API does not show.
struct StoredImage {
    let image: EnrolledImage
    let characterID: Int64

    static let query = """
        SELECT i.id, i.character, c.name, i.sha256, i.format, i.byte_count, i.width, i.height, i.source, i.added_at, i.box, p.name
        FROM images i JOIN characters c ON c.id = i.character LEFT JOIN packs p ON p.id = i.pack
        """

    init(row: Row) throws(RegistryError) {
        image = EnrolledImage(
            id: row.integer(0), character: row.text(2), sha256: row.text(3), format: row.text(4), bytes: row.int(5),
            width: row.int(6), height: row.int(7), source: row.text(8), addedAt: row.date(9), box: try row.box(10),
            pack: row.isNull(11) ? nil : row.text(11))
        characterID = row.integer(1)
    }
}

extension [StoredImage] {
    /// The name of the character that all are of; nil when they are of several.
    var onlyCharacter: String? {
        guard let first, allSatisfy({ $0.characterID == first.characterID }) else { return nil }
        return first.image.character
    }
}

extension Connection {
    /// A character's images, oldest first.
    func images(
        of character: CharacterSummary, after: Int64 = 0, limit: Int = .max
    ) throws(RegistryError) -> [StoredImage] {
        try all(
            StoredImage.query + " WHERE i.character = $1 AND i.id > $2 ORDER BY i.id LIMIT $3",
            [.integer(character.id), .integer(after), .integer(limit)], StoredImage.init(row:))
    }

    /// - Throws: `imageNotFound`.
    func existingImage(_ id: Int64) throws(RegistryError) -> StoredImage {
        let image = try first(StoredImage.query + " WHERE i.id = $1", [.integer(id)], StoredImage.init(row:))
        guard let image else { throw RegistryError(.imageNotFound, "there is no image \(id)") }
        return image
    }

    /// The images of some numbers, each once, in the order given.
    /// - Throws: `imageNotFound`, naming every number that no image has.
    func existingImages(_ ids: [Int64]) throws(RegistryError) -> [StoredImage] {
        var (images, missing): ([StoredImage], [Int64]) = ([], [])
        var seen: Set<Int64> = []
        for id in ids where seen.insert(id).inserted {
            let image = try first(StoredImage.query + " WHERE i.id = $1", [.integer(id)], StoredImage.init(row:))
            if let image { images.append(image) } else { missing.append(id) }
        }
        guard missing.isEmpty else {
            let numbers = missing.map { String($0) }.joined(separator: ", ")
            throw RegistryError(
                .imageNotFound, "there is no image \(numbers)\(ids.count > 1 ? "; nothing was changed" : "")")
        }
        return images
    }

    /// The images with this face, of every character.
    func images(coincidingWith key: PictureKey) throws(RegistryError) -> [StoredImage] {
        try all(StoredImage.query + " WHERE i.sha256 = $1 ORDER BY i.id", [.text(key.sha256)], StoredImage.init(row:))
            .filter { $0.image.key.coincides(with: key) }
    }

    /// Whether a character has this face.
    func isEnrolled(_ key: PictureKey, under character: Int64) throws(RegistryError) -> Bool {
        try images(coincidingWith: key).contains { $0.characterID == character }
    }
}
