import Foundation

extension RejectionRecord {
    static let query = """
        SELECT r.id, r.character, c.name, r.sha256, r.source, r.added_at
        FROM rejections r JOIN characters c ON c.id = r.character
        """

    init(row: Row) {
        self.init(
            id: row.integer(0), characterID: row.integer(1), characterName: row.text(2), sha256: row.text(3),
            source: row.text(4), addedAt: row.date(5))
    }
}

extension Connection {
    /// Remembers one rejection, inside a transaction and with everything validated.
    /// - Throws: `imageEnrolled`.
    func reject(
        _ image: NewImage, as character: CharacterRecord, model: StoredModel
    ) throws(RegistryError) -> RejectionResult {
        if let twin = try images(sha256: image.sha256).first(where: { $0.characterID == character.id }) {
            throw RegistryError(
                .imageEnrolled,
                "'\(character.name)' is enrolled with this very picture, as image \(twin.id); remove that image first")
        }
        let known = try first(
            RejectionRecord.query + " WHERE r.character = ? AND r.sha256 = ?",
            [.integer(character.id), .text(image.sha256)], RejectionRecord.init(row:))
        if let known { return RejectionResult(rejection: known, created: false) }
        let now = Date()
        try run(
            "INSERT INTO rejections (character, sha256, source, added_at) VALUES (?, ?, ?, ?)",
            [.integer(character.id), .text(image.sha256), .text(image.source), .time(now)])
        let id = lastInsertedID
        try run("INSERT INTO rejection_files (rejection, bytes) VALUES (?, ?)", [.integer(id), .blob(image.bytes)])
        _ = try store(image.embedding, ofRejection: id, model: model)
        try record(
            "rejection.add", subject: String(id), detail: ["character": character.name, "sha256": image.sha256])
        let record = RejectionRecord(
            id: id, characterID: character.id, characterName: character.name, sha256: image.sha256,
            source: image.source, addedAt: now)
        return RejectionResult(rejection: record, created: true)
    }

    /// - Returns: 1, or 0 when the rejection is gone.
    func store(_ vector: [Float], ofRejection id: Int64, model: StoredModel) throws(RegistryError) -> Int {
        try run(
            """
            INSERT INTO rejection_embeddings (rejection, model, vector) SELECT id, ?, ? FROM rejections WHERE id = ?
            ON CONFLICT (rejection, model) DO UPDATE SET vector = excluded.vector
            """,
            [.integer(model.id), .vector(vector), .integer(id)])
        return changes
    }

    /// Forgets that a picture was rejected for a character: it is enrolled now, which is the owner's newer word.
    func withdrawRejection(sha256: String, character: CharacterRecord) throws(RegistryError) {
        try run(
            "DELETE FROM rejections WHERE character = ? AND sha256 = ?", [.integer(character.id), .text(sha256)])
        guard changes > 0 else { return }
        try record("rejection.withdraw", subject: character.name, detail: ["sha256": sha256])
    }
}
