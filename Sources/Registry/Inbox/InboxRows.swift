import API
import Foundation

extension InboxRecord {
    static let query = """
        SELECT u.id, u.sha256, u.format, u.byte_count, u.width, u.height, u.source, u.added_at FROM unknowns u
        """

    init(row: Row) {
        self.init(
            id: row.integer(0), sha256: row.text(1), format: row.text(2), byteCount: row.int(3), width: row.int(4),
            height: row.int(5), source: row.text(6), addedAt: row.date(7))
    }
}

extension Connection {
    /// - Throws: `imageNotFound`.
    func existingInboxPicture(_ id: Int64) throws(RegistryError) -> InboxRecord {
        let found = try first(InboxRecord.query + " WHERE u.id = ?", [.integer(id)], InboxRecord.init(row:))
        guard let found else { throw RegistryError(.imageNotFound, "there is no picture \(id) in the inbox") }
        return found
    }

    /// Puts one picture into the inbox, inside a transaction and with everything validated.
    /// - Returns: nil when it is there already.
    func keep(_ image: NewImage, model: StoredModel) throws(RegistryError) -> InboxRecord? {
        try run(
            """
            INSERT OR IGNORE INTO unknowns (sha256, format, byte_count, width, height, source, added_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(image.sha256), .text(image.format), .integer(image.bytes.count), .integer(image.width),
                .integer(image.height), .text(image.source), .time(Date()),
            ])
        guard changes > 0 else { return nil }
        let id = lastInsertedID
        try run("INSERT INTO unknown_files (unknown, bytes) VALUES (?, ?)", [.integer(id), .blob(image.bytes)])
        try store(image.embedding, ofInboxPicture: id, model: model)
        try record("inbox.keep", subject: String(id), detail: ["sha256": image.sha256])
        return try existingInboxPicture(id)
    }

    /// - Throws: `inboxFull` where it holds more than it may.
    func checkInbox() throws(RegistryError) {
        let (count, bytes) =
            try first("SELECT count(*), coalesce(sum(byte_count), 0) FROM unknowns") { ($0.int(0), $0.int(1)) }
            ?? (0, 0)
        guard count > InboxLimits.pictures || bytes > InboxLimits.bytes else { return }
        throw RegistryError(
            .inboxFull,
            "the inbox would hold \(count) pictures of \(bytes >> 20) MiB, and may hold \(InboxLimits.pictures) of \(InboxLimits.bytes >> 20) MiB; name or discard some: aniwho inbox list"
        )
    }

    func store(_ vector: [Float], ofInboxPicture id: Int64, model: StoredModel) throws(RegistryError) {
        try run(
            """
            INSERT INTO unknown_embeddings (unknown, model, vector) SELECT id, ?, ? FROM unknowns WHERE id = ?
            ON CONFLICT (unknown, model) DO UPDATE SET vector = excluded.vector
            """,
            [.integer(model.id), .vector(vector), .integer(id)])
    }

    /// A picture of the inbox as it is enrolled.
    /// - Throws: `imageNotFound`, `embeddingsMissing`.
    func newImage(ofInboxPicture id: Int64, model: StoredModel) throws(RegistryError) -> NewImage {
        let record = try existingInboxPicture(id)
        let image = try first(
            """
            SELECT f.bytes, e.vector FROM unknown_files f JOIN unknown_embeddings e ON e.unknown = f.unknown AND e.model = ?
            WHERE f.unknown = ?
            """, [.integer(model.id), .integer(id)]
        ) { row throws(RegistryError) in
            NewImage(
                bytes: row.blob(0), sha256: record.sha256, format: record.format, width: record.width,
                height: record.height, source: record.source,
                embedding: try row.vector(1, dimensions: model.record.dimensions))
        }
        guard let image else {
            throw RegistryError(
                .embeddingsMissing,
                "picture \(id) of the inbox has no embedding of model '\(model.record.name)' yet; try again")
        }
        return image
    }

    /// Takes a picture out of the inbox that is enrolled now.
    func withdrawInboxPicture(sha256: String) throws(RegistryError) {
        try run("DELETE FROM unknowns WHERE sha256 = ?", [.text(sha256)])
        if changes > 0 { try record("inbox.withdraw", subject: sha256) }
    }
}
