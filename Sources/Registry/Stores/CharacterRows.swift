import Foundation

extension CharacterRecord {
    static let query = """
        SELECT c.id, c.name, (SELECT count(*) FROM images i WHERE i.character = c.id), c.created_at, c.updated_at,
            (SELECT group_concat(tag, char(10)) FROM (SELECT tag FROM character_tags WHERE character = c.id ORDER BY tag)),
            c.note
        FROM characters c
        """

    init(row: Row) {
        self.init(
            id: row.integer(0), name: row.text(1), imageCount: row.int(2),
            // No tag holds a line break.
            tags: row.text(5).split(separator: "\n").map(String.init), note: row.text(6), createdAt: row.date(3),
            updatedAt: row.date(4))
    }
}

extension Connection {
    /// - Parameter name: as ``RegistryName`` returned it.
    func character(named name: String) throws(RegistryError) -> CharacterRecord? {
        try first(CharacterRecord.query + " WHERE c.name = ?", [.text(name)], CharacterRecord.init(row:))
    }

    /// - Throws: `characterNotFound`.
    func existingCharacter(named name: String) throws(RegistryError) -> CharacterRecord {
        guard let character = try character(named: name) else {
            throw RegistryError(.characterNotFound, "there is no character named '\(name)'")
        }
        return character
    }

    /// Adds a character whose name is validated and free, with its audit row.
    func insertCharacter(named name: String) throws(RegistryError) -> CharacterRecord {
        let now = Date()
        try run(
            "INSERT INTO characters (name, created_at, updated_at) VALUES (?, ?, ?)",
            [.text(name), .time(now), .time(now)])
        try record("character.create", subject: name, detail: ["id": lastInsertedID])
        return try existingCharacter(named: name)
    }

    /// Notes that a character's images, tags or note changed.
    func touchCharacter(_ id: Int64) throws(RegistryError) {
        try run("UPDATE characters SET updated_at = ? WHERE id = ?", [.time(Date()), .integer(id)])
    }
}
