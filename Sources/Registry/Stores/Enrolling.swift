import Foundation

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
            try withdrawUnknown(sha256: image.sha256)
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
