public import Foundation

/// An image to enrol: its original bytes and the embedding that the active model made of it.
public struct NewImage: Sendable, Equatable {
    /// The file as it came, byte for byte.
    public let bytes: Data
    /// SHA-256 of `bytes`, 64 hexadecimal digits. The registry trusts it.
    public let sha256: String
    public let format: String
    public let width: Int
    public let height: Int
    /// Where the picture came from: a path, an address, or nothing.
    public let source: String
    /// As many values as the model has dimensions, all finite.
    public let embedding: [Float]

    public init(
        bytes: Data, sha256: String, format: String, width: Int, height: Int, source: String, embedding: [Float]
    ) {
        precondition(sha256.utf8.count == 64, "a SHA-256 is 64 hexadecimal digits")
        self.bytes = bytes
        self.sha256 = sha256
        self.format = format
        self.width = width
        self.height = height
        self.source = source
        self.embedding = embedding
    }
}

/// An image that still waits for a model's embedding.
public struct PendingImage: Sendable, Equatable {
    public let id: Int64
    /// The original file.
    public let bytes: Data

    public init(id: Int64, bytes: Data) {
        self.id = id
        self.bytes = bytes
    }
}

/// What an enrolment did.
public struct Enrollment: Sendable, Equatable {
    /// An image of the request that was already stored under the same character, or came twice in the request.
    public struct Duplicate: Sendable, Equatable {
        /// Its place in the request, from 0.
        public let index: Int
        /// The one that is stored.
        public let image: ImageRecord

        public init(index: Int, image: ImageRecord) {
            self.index = index
            self.image = image
        }
    }

    /// An image of the request whose bytes are also stored under another character.
    ///
    /// It is stored nevertheless: a picture may show two characters, and only the owner can tell a mistake from that.
    public struct Conflict: Sendable, Equatable {
        /// Its place in the request, from 0.
        public let index: Int
        /// The other character's image.
        public let image: ImageRecord

        public init(index: Int, image: ImageRecord) {
            self.index = index
            self.image = image
        }
    }

    /// The character after the enrolment.
    public let character: CharacterRecord
    /// Whether the enrolment created the character.
    public let created: Bool
    /// The images stored, in the order of the request.
    public let added: [ImageRecord]
    public let duplicates: [Duplicate]
    public let conflicts: [Conflict]

    public init(
        character: CharacterRecord, created: Bool, added: [ImageRecord], duplicates: [Duplicate], conflicts: [Conflict]
    ) {
        self.character = character
        self.created = created
        self.added = added
        self.duplicates = duplicates
        self.conflicts = conflicts
    }
}

extension Registry {
    public func enroll(
        character: String, images: [NewImage], model identity: String
    ) throws(RegistryError) -> Enrollment {
        let name = try RegistryName.validated(character)
        let database = try database()
        let (enrollment, prototype) = try database.transaction { () throws(RegistryError) in
            let model = try database.activeModel(identity: identity)
            for (index, image) in images.enumerated() {
                try model.check(image.embedding, of: "image \(index + 1) of the request")
            }
            return try database.enroll(images, under: name, model: model)
        }
        if !enrollment.added.isEmpty {
            index.set(character: enrollment.character.id, name: name, prototype: prototype)
            try refreshRejections(of: enrollment.character.id)
        }
        return enrollment
    }
}

extension Connection {
    /// The enrolment proper, inside a transaction and with everything validated.
    /// - Returns: what was done, and the character's prototype if images were added.
    func enroll(
        _ images: [NewImage], under name: String, model: StoredModel
    ) throws(RegistryError) -> (Enrollment, Prototype?) {
        let existing = try character(named: name)
        let character = if let existing { existing } else { try insertCharacter(named: name) }
        var added: [ImageRecord] = []
        var duplicates: [Enrollment.Duplicate] = []
        var conflicts: [Enrollment.Conflict] = []
        for (index, image) in images.enumerated() {
            let twins = try self.images(sha256: image.sha256)
            if let stored = twins.first(where: { $0.characterID == character.id }) {
                duplicates.append(Enrollment.Duplicate(index: index, image: stored))
                continue
            }
            conflicts += twins.map { Enrollment.Conflict(index: index, image: $0) }
            added.append(try insert(image, under: character, model: model))
            try withdrawRejection(sha256: image.sha256, character: character)
            try withdrawInboxPicture(sha256: image.sha256)
        }
        var prototype: Prototype?
        if !added.isEmpty {
            try touchCharacter(character.id)
            prototype = try refreshPrototype(of: character.id, model: model)
        }
        let enrollment = Enrollment(
            character: try existingCharacter(named: name), created: existing == nil, added: added,
            duplicates: duplicates, conflicts: conflicts)
        return (enrollment, prototype)
    }

    private func insert(
        _ image: NewImage, under character: CharacterRecord, model: StoredModel
    ) throws(RegistryError) -> ImageRecord {
        try run(
            """
            INSERT INTO images (character, sha256, format, byte_count, width, height, source, added_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(character.id), .text(image.sha256), .text(image.format), .integer(image.bytes.count),
                .integer(image.width), .integer(image.height), .text(image.source), .time(Date()),
            ])
        let id = lastInsertedID
        try run("INSERT INTO image_files (image, bytes) VALUES (?, ?)", [.integer(id), .blob(image.bytes)])
        try run(
            "INSERT INTO embeddings (image, model, vector) VALUES (?, ?, ?)",
            [.integer(id), .integer(model.id), .vector(image.embedding)])
        try record(
            "image.add", subject: String(id), detail: ["character": character.name, "sha256": image.sha256])
        return try existingImage(id)
    }
}
