public import API
import Foundation

/// The characters that answers can name.
public protocol CharacterStore: Sendable {
    /// Adds a character without images.
    /// - Throws: `invalidName`, `characterExists`.
    func createCharacter(named name: String) async throws(RegistryError) -> CharacterSummary

    /// - Throws: `invalidName`, `characterNotFound`.
    func character(named name: String) async throws(RegistryError) -> CharacterSummary

    /// A page of characters in the order of their names' UTF-8 bytes.
    /// - Parameters:
    ///   - after: the last name of the page before. No character needs to have that name any more.
    ///   - limit: the most characters to return.
    ///   - tag: only characters with this tag; nil for all.
    func characters(after: String?, limit: Int, tag: String?) async throws(RegistryError) -> [CharacterSummary]

    /// - Throws: `invalidName`, `characterNotFound`, `characterExists` when another character has the new name.
    func renameCharacter(_ name: String, to newName: String) async throws(RegistryError) -> CharacterSummary

    /// Removes a character with its images, embeddings, prototype and rejections.
    /// - Returns: the character as it was.
    /// - Throws: `invalidName`, `characterNotFound`.
    @discardableResult
    func removeCharacter(named name: String) async throws(RegistryError) -> CharacterSummary
}

extension CharacterStore {
    /// A page of all characters; see ``characters(after:limit:tag:)``.
    public func characters(after: String?, limit: Int) async throws(RegistryError) -> [CharacterSummary] {
        try await characters(after: after, limit: limit, tag: nil)
    }
}

extension Registry: CharacterStore {
    public func createCharacter(named name: String) throws(RegistryError) -> CharacterSummary {
        let name = try RegistryName.validated(name)
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            guard try database.character(named: name) == nil else {
                throw RegistryError(.characterExists, "there is a character named '\(name)' already")
            }
            return try database.insertCharacter(named: name)
        }
    }

    public func character(named name: String) throws(RegistryError) -> CharacterSummary {
        try database().existingCharacter(named: RegistryName.validated(name))
    }

    public func characters(
        after: String?, limit: Int, tag: String?
    ) throws(RegistryError) -> [CharacterSummary] {
        let tagged = tag == nil ? "" : "c.id IN (SELECT character FROM character_tags WHERE tag = ?) AND "
        let tags = try tag.map { text throws(RegistryError) in try RegistryName.validated(text, as: "tag") }
        // Names are never empty, so the empty name precedes the first.
        return try database().all(
            CharacterSummary.query + " WHERE \(tagged)c.name > ? ORDER BY c.name LIMIT ?",
            (tags.map { [.text($0)] } ?? []) + [
                .text((after ?? "").precomposedStringWithCanonicalMapping), .integer(max(0, limit)),
            ],
            CharacterSummary.init(row:))
    }

    public func renameCharacter(_ name: String, to newName: String) throws(RegistryError) -> CharacterSummary {
        let name = try RegistryName.validated(name)
        let newName = try RegistryName.validated(newName)
        return try change { (database, indexes) throws(RegistryError) in
            let character = try database.existingCharacter(named: name)
            guard newName != name else { return character }
            guard try database.character(named: newName) == nil else {
                throw RegistryError(.characterExists, "there is a character named '\(newName)' already")
            }
            try database.run(
                "UPDATE characters SET name = ?, updated_at = ? WHERE id = ?",
                [.text(newName), .time(Date()), .integer(character.id)])
            try database.record("character.rename", subject: name, detail: ["id": character.id, "to": newName])
            try indexes.rename(character: character.id, to: newName)
            return try database.existingCharacter(named: newName)
        }
    }

    @discardableResult
    public func removeCharacter(named name: String) throws(RegistryError) -> CharacterSummary {
        let name = try RegistryName.validated(name)
        return try change { (database, indexes) throws(RegistryError) in
            let character = try database.existingCharacter(named: name)
            try database.run("DELETE FROM characters WHERE id = ?", [.integer(character.id)])
            try database.record(
                "character.remove", subject: name, detail: ["id": character.id, "images": character.images])
            try indexes.remove(character: character.id)
            return character
        }
    }
}

extension CharacterSummary {
    static let query = """
        SELECT c.id, c.name, (SELECT count(*) FROM images i WHERE i.character = c.id), c.created_at, c.updated_at,
            (SELECT group_concat(tag, char(10)) FROM (SELECT tag FROM character_tags WHERE character = c.id ORDER BY tag)),
            c.note
        FROM characters c
        """

    init(row: Row) {
        self.init(
            id: row.integer(0), name: row.text(1), images: row.int(2),
            // A tag never holds a line break.
            tags: row.text(5).split(separator: "\n").map(String.init), note: row.text(6), createdAt: row.date(3),
            updatedAt: row.date(4))
    }
}

extension Connection {
    /// - Parameter name: as ``RegistryName`` returned it.
    func character(named name: String) throws(RegistryError) -> CharacterSummary? {
        try first(CharacterSummary.query + " WHERE c.name = ?", [.text(name)], CharacterSummary.init(row:))
    }

    /// - Throws: `characterNotFound`.
    func existingCharacter(named name: String) throws(RegistryError) -> CharacterSummary {
        guard let character = try character(named: name) else {
            throw RegistryError(.characterNotFound, "there is no character named '\(name)'")
        }
        return character
    }

    /// Adds a character and its audit row. The name is validated and free.
    func insertCharacter(named name: String) throws(RegistryError) -> CharacterSummary {
        let now = Date()
        try run(
            "INSERT INTO characters (name, created_at, updated_at) VALUES (?, ?, ?)",
            [.text(name), .time(now), .time(now)])
        try record("character.create", subject: name, detail: ["id": lastInsertedID])
        return try existingCharacter(named: name)
    }

    /// Sets the time of the last change of a character's images, tags or note.
    func touchCharacter(_ id: Int64) throws(RegistryError) {
        try run("UPDATE characters SET updated_at = ? WHERE id = ?", [.time(Date()), .integer(id)])
    }
}
