public import API
public import Foundation
public import Geometry

/// An image to enroll: its original bytes and the embedding that the active model made of it.
public struct NewImage: Sendable, Equatable {
    /// The name of the file as the request gave it, for the report; nil if it had none.
    public let file: String?
    /// The file, byte for byte.
    public let bytes: Data
    /// SHA-256 of `bytes`, 64 hexadecimal digits. The registry trusts it.
    public let sha256: String
    /// `png`, `jpeg` or `webp`.
    public let format: String
    public let width: Int
    public let height: Int
    /// Where the picture came from: a path, an address, or nothing.
    public let source: String
    /// Where the face is, inside the picture; nil for the whole picture.
    public let box: PixelBox?
    /// As many values as the model has dimensions, all finite.
    public let embedding: [Float]

    public init(
        file: String? = nil, bytes: Data, sha256: String, format: String, width: Int, height: Int, source: String,
        box: PixelBox? = nil, embedding: [Float]
    ) {
        precondition(sha256.utf8.count == 64, "a SHA-256 is 64 hexadecimal digits")
        self.file = file
        self.bytes = bytes
        self.sha256 = sha256
        self.format = format
        self.width = width
        self.height = height
        self.source = source
        self.box = box
        self.embedding = embedding
    }

    public var key: PictureKey { PictureKey(sha256: sha256, box: box) }
}

/// An image that has no embedding of a model yet.
public struct PendingImage: Sendable, Equatable {
    public let id: Int64
    /// The original file.
    public let bytes: Data
    /// Where the face is; nil for the whole picture.
    public let box: PixelBox?

    public init(id: Int64, bytes: Data, box: PixelBox? = nil) {
        self.id = id
        self.bytes = bytes
        self.box = box
    }
}

extension Registry {
    public func enroll(
        character: String, images: [NewImage], model identity: String
    ) throws(RegistryError) -> EnrollImages.Response {
        let name = try RegistryName.validated(character)
        return try change { (database, indexes) throws(RegistryError) in
            let model = try database.activeModel(identity: identity)
            for (index, image) in images.enumerated() {
                try model.check(image.embedding, of: "image \(index + 1) of the request")
            }
            let (enrollment, prototype) = try database.enroll(images, under: name, model: model)
            try indexes.show(enrollment, prototype)
            return enrollment
        }
    }
}

extension IndexChanges {
    /// Shows an enrollment.
    func show(_ enrollment: EnrollImages.Response, _ prototype: Prototype?) throws(RegistryError) {
        guard !enrollment.added.isEmpty else { return }
        try set(character: enrollment.character.id, name: enrollment.character.name, prototype: prototype)
    }
}

extension Connection {
    /// Enrolls images inside a transaction; everything is validated already.
    /// - Returns: what was done, and the character's prototype if images were added.
    func enroll(
        _ images: [NewImage], under name: String, model: StoredModel
    ) throws(RegistryError) -> (EnrollImages.Response, Prototype?) {
        let existing = try character(named: name)
        let character = if let existing { existing } else { try insertCharacter(named: name) }
        var added: [EnrolledImage] = []
        var (duplicates, conflicts): ([EnrollImages.Duplicate], [EnrollImages.Duplicate]) = ([], [])
        for image in images {
            let twins = try self.images(coincidingWith: image.key)
            if let stored = twins.first(where: { $0.characterID == character.id }) {
                duplicates.append(EnrollImages.Duplicate(file: image.file, image: stored.image))
                continue
            }
            conflicts += twins.map { EnrollImages.Duplicate(file: image.file, image: $0.image) }
            added.append(try insert(image, under: character, model: model))
            try withdrawRejections(of: image.key, character: character)
            try withdrawInboxPictures(image.key)
        }
        var prototype: Prototype?
        if !added.isEmpty {
            try touchCharacter(character.id)
            prototype = try refreshPrototype(of: character.id, model: model)
        }
        let enrollment = EnrollImages.Response(
            character: try existingCharacter(named: character.name), created: existing == nil, added: added,
            duplicates: duplicates, conflicts: conflicts)
        return (enrollment, prototype)
    }

    private func insert(
        _ image: NewImage, under character: CharacterSummary, model: StoredModel
    ) throws(RegistryError) -> EnrolledImage {
        let id = try insert(
            """
            INSERT INTO all_images (character, sha256, format, byte_count, width, height, source, added_at, box)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            [
                .integer(character.id), .text(image.sha256), .text(image.format), .integer(image.bytes.count),
                .integer(image.width), .integer(image.height), .text(image.source), .time(Date()),
                .box(image.box),
            ])
        try run("INSERT INTO image_files (image, bytes) VALUES ($1, $2)", [.integer(id), .blob(image.bytes)])
        try run(
            "INSERT INTO embeddings (image, model, vector) VALUES ($1, $2, $3)",
            [.integer(id), .integer(model.id), .vector(image.embedding)])
        try record(
            "image.add", subject: String(id), detail: ["character": character.name, "sha256": image.sha256])
        return try existingImage(id).image
    }
}
