public import API
import Foundation

/// The characters that answers can name.
public protocol CharacterStore: Sendable {
    /// Adds a character without images.
    /// - Throws: `invalidName`, `characterExists` when a character has the name, or a name or alias that looks like it.
    func createCharacter(named name: String) async throws(RegistryError) -> CharacterSummary

    /// - Throws: `invalidName`, `characterNotFound`.
    /// - Parameter name: its name, or one of its aliases. The same holds wherever a character is named.
    func character(named name: String) async throws(RegistryError) -> CharacterSummary

    /// A page of characters in the order of their names' UTF-8 bytes.
    /// - Parameters:
    ///   - after: the last name of the page before. No character needs to have that name any more.
    ///   - limit: the most characters to return.
    ///   - tag: only characters with this tag; nil for all.
    ///   - series: only characters of this series; nil for all.
    func characters(
        after: String?, limit: Int, tag: String?, series: String?
    ) async throws(RegistryError) -> [CharacterSummary]

    /// Gives a character another name. If the new name is one of its aliases, that alias is gone then.
    /// - Throws: `invalidName`, `characterNotFound`, `characterExists` when another character has the new name, or a name or alias that looks
    ///   like it.
    func renameCharacter(_ name: String, to newName: String) async throws(RegistryError) -> CharacterSummary

    /// Puts a character into the trash, with its images, embeddings, tags, note and rejections.
    /// - Returns: the character as it was.
    /// - Throws: `invalidName`, `characterNotFound`.
    @discardableResult
    func removeCharacter(named name: String) async throws(RegistryError) -> CharacterSummary
}

extension CharacterStore {
    /// A page of all characters, or of those with a tag; see ``characters(after:limit:tag:series:)``.
    public func characters(
        after: String?, limit: Int, tag: String? = nil
    ) async throws(RegistryError) -> [CharacterSummary] {
        try await characters(after: after, limit: limit, tag: tag, series: nil)
    }
}

extension Registry: CharacterStore {
    public func createCharacter(named name: String) throws(RegistryError) -> CharacterSummary {
        let name = try RegistryName.validated(name)
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            if let other = try database.character(named: name) {
                throw RegistryError(.characterExists, other.taking(name))
            }
            return try database.insertCharacter(named: name)
        }
    }

    public func character(named name: String) throws(RegistryError) -> CharacterSummary {
        try database().existingCharacter(named: RegistryName.validated(name))
    }

    public func characters(
        after: String?, limit: Int, tag: String?, series: String?
    ) throws(RegistryError) -> [CharacterSummary] {
        let database = try database()
        // Names are never empty, so the empty name precedes the first.
        var condition = "c.name > $1"
        var values: [SQLValue] = [
            .text((after ?? "").precomposedStringWithCanonicalMapping), .integer(max(0, limit)),
        ]
        func add(_ text: String?, _ kind: String, in table: String, _ clause: (String) -> String) throws(RegistryError)
        {
            guard let text else { return }
            let name = try RegistryName.validated(text, as: kind)
            values.append(.text(try database.storedName(name, in: table, column: kind) ?? name))
            condition += " AND " + clause("$\(values.count)")
        }
        try add(tag, "tag", in: "character_tags") { "c.id IN (SELECT character FROM character_tags WHERE tag = \($0))" }
        try add(series, "series", in: "characters") { "c.series = \($0)" }
        return try database.all(
            CharacterSummary.query + " WHERE \(condition) ORDER BY c.name LIMIT $2", values,
            CharacterSummary.init(row:))
    }

    public func renameCharacter(_ name: String, to newName: String) throws(RegistryError) -> CharacterSummary {
        let name = try RegistryName.validated(name)
        let newName = try RegistryName.new(newName)
        return try change { (database, indexes) throws(RegistryError) in
            let character = try database.existingCharacter(named: name)
            guard newName != character.name else { return character }
            let known = try database.namesLooking(like: newName)
            if let other = known.first(where: { $0.character.id != character.id }) {
                throw RegistryError(.characterExists, looksLike: other, newName)
            }
            _ = try database.removeAliases(known.filter(\.isAlias).map(\.name), from: character)
            try database.run(
                "UPDATE all_characters SET name = $1, look = $2, updated_at = $3 WHERE id = $4",
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
            (SELECT string_agg(tag, '\n') FROM (SELECT tag FROM character_tags WHERE character = c.id ORDER BY tag) AS tags),
            c.note,
            (SELECT string_agg(name, '\n') FROM (SELECT name FROM aliases WHERE character = c.id ORDER BY name) AS names),
            c.series,
            (SELECT count(*) FROM images i WHERE i.character = c.id AND i.pack IS NOT NULL),
            (SELECT count(*) FROM images i JOIN packs p ON p.id = i.pack WHERE i.character = c.id AND i.pack IS NOT NULL
                AND p.model IS DISTINCT FROM (SELECT identity FROM models WHERE active = 1))
        FROM characters c
        """

    init(row: Row) {
        self.init(
            id: row.integer(0), name: row.text(1), aliases: row.lines(7), series: row.text(8), images: row.int(2),
            packImages: row.int(9), restingImages: row.int(10), tags: row.lines(5), note: row.text(6),
            createdAt: row.date(3), updatedAt: row.date(4))
    }

    /// Says that no other character can have a name, because this one answers to it.
    func taking(_ name: String) -> String {
        let plain = RegistryName.plain(name)
        return aliases.contains { RegistryName.plain($0) == plain }
            ? "'\(name)' is an alias of the character '\(self.name)' already"
            : "there is a character named '\(self.name)' already"
    }
}

extension Row {
    /// Tags or aliases, which never hold a line break.
    fileprivate func lines(_ column: Int32) -> [String] { text(column).split(separator: "\n").map(String.init) }
}

extension Connection {
    /// The character that a user means: the one of this name, or of this alias, or else the only one that has a name or an alias that differs
    /// from it in nothing that a reader sees. So every name that 0.1.0 stored is found as it is stored, and most also as it is typed.
    /// - Parameter name: as ``RegistryName`` returned it.
    func character(named name: String) throws(RegistryError) -> CharacterSummary? {
        let exact = try first(CharacterSummary.query + " WHERE c.name = $1", [.text(name)], CharacterSummary.init(row:))
        if let exact { return exact }
        let plain = RegistryName.plain(name)
        let same = try namesLooking(like: name).filter { RegistryName.plain($0.name) == plain }
        let aliased = same.first { $0.isAlias && $0.name == name }
        return (aliased ?? (same.count == 1 ? same[0] : nil))?.character
    }

    /// - Throws: `characterNotFound`.
    func existingCharacter(named name: String) throws(RegistryError) -> CharacterSummary {
        guard let character = try character(named: name) else {
            let similar = try namesLooking(like: name).map { "'\($0.name)'" }
            let advice = similar.isEmpty ? "" : "; \(similar.joined(separator: " and ")) looks like it"
            throw RegistryError(.characterNotFound, "there is no character named '\(name)'\(advice)")
        }
        return character
    }

    /// Adds a character and its audit row.
    /// - Throws: `invalidName`; `characterExists` when a character's name or alias looks like the new one.
    func insertCharacter(named name: String) throws(RegistryError) -> CharacterSummary {
        let name = try RegistryName.new(name)
        if let other = try namesLooking(like: name).first {
            throw RegistryError(.characterExists, looksLike: other, name)
        }
        let now = Date()
        let id = try insert(
            "INSERT INTO all_characters (name, look, created_at, updated_at) VALUES ($1, $2, $3, $4)",
            [.text(name), .text(RegistryName.look(name)), .time(now), .time(now)])
        try record("character.create", subject: name, detail: ["id": id])
        return try existingCharacter(named: name)
    }

    /// Sets the time of the last change of a character's images, aliases, series, tags or note.
    func touchCharacter(_ id: Int64) throws(RegistryError) {
        try run("UPDATE all_characters SET updated_at = $1 WHERE id = $2", [.time(Date()), .integer(id)])
    }
}
