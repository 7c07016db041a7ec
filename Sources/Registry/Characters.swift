public import API
import Foundation

/// The characters that answers can name.
public protocol CharacterStore: Sendable {
    /// Adds a character without images.
    /// - Throws: `invalidName`, `characterExists` when a character has the name, or one that looks like it.
    func createCharacter(named name: String) async throws(RegistryError) -> CharacterSummary

    /// - Throws: `invalidName`, `characterNotFound`.
    func character(named name: String) async throws(RegistryError) -> CharacterSummary

    /// A page of characters in the order of their names' UTF-8 bytes.
    /// - Parameters:
    ///   - after: the last name of the page before. No character needs to have that name any more.
    ///   - limit: the most characters to return.
    ///   - tag: only characters with this tag; nil for all.
    func characters(after: String?, limit: Int, tag: String?) async throws(RegistryError) -> [CharacterSummary]

    /// - Throws: `invalidName`, `characterNotFound`, `characterExists` when another character has the new name, or one that looks like it.
    func renameCharacter(_ name: String, to newName: String) async throws(RegistryError) -> CharacterSummary

    /// Puts a character into the trash, with its images, embeddings, tags, note and rejections.
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
            if let other = try database.character(named: name) {
                throw RegistryError(.characterExists, "there is a character named '\(other.name)' already")
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
        let database = try database()
        let tags = try tag.map { text throws(RegistryError) in
            let tag = try RegistryName.validated(text, as: "tag")
            return try database.storedName(tag, in: "character_tags", column: "tag") ?? tag
        }
        // Names are never empty, so the empty name precedes the first.
        return try database.all(
            CharacterSummary.query + " WHERE \(tagged)c.name > ? ORDER BY c.name LIMIT ?",
            (tags.map { [.text($0)] } ?? []) + [
                .text((after ?? "").precomposedStringWithCanonicalMapping), .integer(max(0, limit)),
            ],
            CharacterSummary.init(row:))
    }

    public func renameCharacter(_ name: String, to newName: String) throws(RegistryError) -> CharacterSummary {
        let name = try RegistryName.validated(name)
        let newName = try RegistryName.new(newName)
        return try change { (database, indexes) throws(RegistryError) in
            let character = try database.existingCharacter(named: name)
            guard newName != character.name else { return character }
            if let other = try database.charactersLooking(like: newName).first(where: { $0.id != character.id }) {
                throw RegistryError(.characterExists, looksLike: other.name, newName, as: "character")
            }
            try database.run(
                "UPDATE all_characters SET name = ?, look = ?, updated_at = ? WHERE id = ?",
                [
                    .text(newName), .text(RegistryName.look(newName)), .time(Date()), .integer(character.id),
                ])
            try database.record(
                "character.rename", subject: character.name, detail: ["id": character.id, "to": newName])
            try indexes.rename(character: character.id, to: newName)
            return try database.existingCharacter(named: newName)
        }
    }

    @discardableResult
    public func removeCharacter(named name: String) throws(RegistryError) -> CharacterSummary {
        let name = try RegistryName.validated(name)
        return try change { (database, indexes) throws(RegistryError) in
            let character = try database.existingCharacter(named: name)
            let change = try database.beginTrash(.characterRemove, of: character.name)
            try database.trash(character: character.id, by: change)
            try database.record(
                "character.remove", subject: character.name, detail: ["id": character.id, "images": character.images])
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
    /// The character that a user means: the one of this name, or else the only one whose name differs from it in nothing that a reader
    /// sees. So every name that 0.1.0 stored is found as it is stored, and most also as it is typed.
    /// - Parameter name: as ``RegistryName`` returned it.
    func character(named name: String) throws(RegistryError) -> CharacterSummary? {
        let exact = try first(CharacterSummary.query + " WHERE c.name = ?", [.text(name)], CharacterSummary.init(row:))
        if let exact { return exact }
        let plain = RegistryName.plain(name)
        let same = try charactersLooking(like: name).filter { RegistryName.plain($0.name) == plain }
        return same.count == 1 ? same[0] : nil
    }

    /// - Throws: `characterNotFound`.
    func existingCharacter(named name: String) throws(RegistryError) -> CharacterSummary {
        guard let character = try character(named: name) else {
            let similar = try charactersLooking(like: name).map { "'\($0.name)'" }
            let advice = similar.isEmpty ? "" : "; \(similar.joined(separator: " and ")) looks like it"
            throw RegistryError(.characterNotFound, "there is no character named '\(name)'\(advice)")
        }
        return character
    }

    /// Adds a character and its audit row.
    /// - Throws: `invalidName`; `characterExists` when a character's name looks like the new one.
    func insertCharacter(named name: String) throws(RegistryError) -> CharacterSummary {
        let name = try RegistryName.new(name)
        if let other = try charactersLooking(like: name).first {
            throw RegistryError(.characterExists, looksLike: other.name, name, as: "character")
        }
        let now = Date()
        try run(
            "INSERT INTO all_characters (name, look, created_at, updated_at) VALUES (?, ?, ?, ?)",
            [.text(name), .text(RegistryName.look(name)), .time(now), .time(now)])
        try record("character.create", subject: name, detail: ["id": lastInsertedID])
        return try existingCharacter(named: name)
    }

    /// Sets the time of the last change of a character's images, tags or note.
    func touchCharacter(_ id: Int64) throws(RegistryError) {
        try run("UPDATE all_characters SET updated_at = ? WHERE id = ?", [.time(Date()), .integer(id)])
    }
}
