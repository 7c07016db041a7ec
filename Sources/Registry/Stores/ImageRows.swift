import Foundation

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
