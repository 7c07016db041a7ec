public import API
public import Geometry

extension Registry {
    /// Says where the character's face is in an enrolled image, in one transaction: its embedding and its character's prototype are those of
    /// the face from then on.
    /// - Parameters:
    ///   - box: inside the image; nil for the whole image.
    ///   - embedding: the face's, by `model`.
    ///   - model: identity of the active model.
    /// - Throws: `imageNotFound`, `imageEnrolled` when the character has this face of this picture already, `modelNotActive`,
    ///   `dimensionMismatch`, `invalidVector`. An error changes nothing.
    public func changeBox(
        ofImage id: Int64, to box: PixelBox?, embedding: [Float], model identity: String
    ) throws(RegistryError) -> ChangeBox.Response {
        try change { (database, indexes) throws(RegistryError) in
            let model = try database.activeModel(identity: identity)
            try model.check(embedding, of: "image \(id)")
            let stored = try database.existingImage(id)
            let image = stored.image
            if let pack = image.pack {
                throw RegistryError(
                    .imageNotFound, "image \(id) is a vector from the cast pack '\(pack)': there is no picture of it")
            }
            let key = PictureKey(sha256: image.sha256, box: box)
            let twin = try database.images(coincidingWith: key).first {
                $0.characterID == stored.characterID && $0.image.id != id
            }
            if let twin {
                throw RegistryError(
                    .imageEnrolled,
                    "'\(image.character)' is enrolled with this face already, as image \(twin.image.id); remove one of the two"
                )
            }
            try database.run("UPDATE all_images SET box = $1 WHERE id = $2", [.box(box), .integer(id)])
            // Another model, such as the one kept for a rollback, embeds the face when it is used.
            try database.run("DELETE FROM embeddings WHERE image = $1", [.integer(id)])
            try database.run(
                "INSERT INTO embeddings (image, model, vector) VALUES ($1, $2, $3)",
                [.integer(id), .integer(model.id), .vector(embedding)])
            try database.withdrawRejections(
                of: key, character: try database.existingCharacter(named: image.character))
            try database.touchCharacter(stored.characterID)
            try database.record(
                "image.box", subject: String(id),
                detail: [
                    "character": image.character, "from": image.box?.description ?? "whole",
                    "to": box?.description ?? "whole",
                ])
            let prototype = try database.refreshPrototype(of: stored.characterID, model: model)
            try indexes.set(character: stored.characterID, name: image.character, prototype: prototype)
            try indexes.refreshRejections(of: stored.characterID)
            return ChangeBox.Response(image: try database.existingImage(id).image, before: image.box)
        }
    }
}
