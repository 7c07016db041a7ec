import API
public import Foundation

/// A character as the registry knows it.
public struct CharacterRecord: Sendable, Equatable {
    /// Never reused, not even after removal.
    public let id: Int64
    /// Unicode NFC, unique; upper and lower case differ.
    public let name: String
    public let imageCount: Int
    /// In the order of their UTF-8 bytes.
    public let tags: [String]
    /// What the owner wrote; may be empty.
    public let note: String
    public let createdAt: Date
    /// When its name, images, tags or note last changed.
    public let updatedAt: Date

    public init(
        id: Int64, name: String, imageCount: Int, tags: [String] = [], note: String = "", createdAt: Date,
        updatedAt: Date
    ) {
        self.id = id
        self.name = name
        self.imageCount = imageCount
        self.tags = tags
        self.note = note
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// Characters: the people who can be recognised.
public protocol CharacterStore: Sendable {
    /// Adds a character without images.
    /// - Throws: `invalidName`, `characterExists`.
    func createCharacter(named name: String) async throws(RegistryError) -> CharacterRecord

    /// - Throws: `invalidName`, `characterNotFound`.
    func character(named name: String) async throws(RegistryError) -> CharacterRecord

    /// A page of characters in the order of their names' UTF-8 bytes.
    /// - Parameters:
    ///   - after: the last name of the page before; the character of that name need not exist any more.
    ///   - limit: the most to return.
    ///   - tag: only characters that have it; nil for all.
    func characters(after: String?, limit: Int, tag: String?) async throws(RegistryError) -> [CharacterRecord]

    /// - Throws: `invalidName`, `characterNotFound`, `characterExists` when the new name is another character's.
    func renameCharacter(_ name: String, to newName: String) async throws(RegistryError) -> CharacterRecord

    /// Removes a character with its images, embeddings, prototype and rejections.
    /// - Returns: the character as it was.
    /// - Throws: `invalidName`, `characterNotFound`.
    @discardableResult
    func removeCharacter(named name: String) async throws(RegistryError) -> CharacterRecord

    func counts() async throws(RegistryError) -> RegistryCounts
}

extension CharacterStore {
    /// A page of all characters; see ``characters(after:limit:tag:)``.
    public func characters(after: String?, limit: Int) async throws(RegistryError) -> [CharacterRecord] {
        try await characters(after: after, limit: limit, tag: nil)
    }
}

extension Registry: CharacterStore {
    public func createCharacter(named name: String) throws(RegistryError) -> CharacterRecord {
        let name = try RegistryName.validated(name)
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            guard try database.character(named: name) == nil else {
                throw RegistryError(.characterExists, "there is a character named '\(name)' already")
            }
            return try database.insertCharacter(named: name)
        }
    }

    public func character(named name: String) throws(RegistryError) -> CharacterRecord {
        try database().existingCharacter(named: RegistryName.validated(name))
    }

    public func characters(
        after: String?, limit: Int, tag: String?
    ) throws(RegistryError) -> [CharacterRecord] {
        let tagged =
            tag == nil ? "" : "c.id IN (SELECT character FROM character_tags WHERE tag = ?) AND "
        let tags = try tag.map { text throws(RegistryError) in try RegistryName.validated(text, as: "tag") }
        // Names are never empty, so the empty name is before the first.
        return try database().all(
            CharacterRecord.query + " WHERE \(tagged)c.name > ? ORDER BY c.name LIMIT ?",
            (tags.map { [.text($0)] } ?? []) + [
                .text((after ?? "").precomposedStringWithCanonicalMapping), .integer(max(0, limit)),
            ],
            CharacterRecord.init(row:))
    }

    public func renameCharacter(_ name: String, to newName: String) throws(RegistryError) -> CharacterRecord {
        let name = try RegistryName.validated(name)
        let newName = try RegistryName.validated(newName)
        let database = try database()
        let renamed = try database.transaction { () throws(RegistryError) in
            let character = try database.existingCharacter(named: name)
            guard newName != name else { return character }
            guard try database.character(named: newName) == nil else {
                throw RegistryError(.characterExists, "there is a character named '\(newName)' already")
            }
            try database.run(
                "UPDATE characters SET name = ?, updated_at = ? WHERE id = ?",
                [.text(newName), .time(Date()), .integer(character.id)])
            try database.record("character.rename", subject: name, detail: ["id": character.id, "to": newName])
            return try database.existingCharacter(named: newName)
        }
        index.rename(character: renamed.id, to: newName)
        try refreshRejections(of: renamed.id)
        return renamed
    }

    @discardableResult
    public func removeCharacter(named name: String) throws(RegistryError) -> CharacterRecord {
        let name = try RegistryName.validated(name)
        let database = try database()
        let removed = try database.transaction { () throws(RegistryError) in
            let character = try database.existingCharacter(named: name)
            try database.run("DELETE FROM characters WHERE id = ?", [.integer(character.id)])
            try database.record(
                "character.remove", subject: name, detail: ["id": character.id, "images": character.imageCount])
            return character
        }
        index.remove(character: removed.id)
        try refreshRejections(of: removed.id)
        return removed
    }

    public func counts() throws(RegistryError) -> RegistryCounts {
        let row = try database().first(
            """
            SELECT (SELECT count(*) FROM characters), (SELECT count(*) FROM images), (SELECT count(*) FROM models),
                (SELECT count(*) FROM classifiers), (SELECT count(*) FROM prototypes)
            """
        ) { row in
            RegistryCounts(
                characters: row.int(0), images: row.int(1), models: row.int(2), classifiers: row.int(3),
                prototypes: row.int(4))
        }
        return row ?? RegistryCounts(characters: 0, images: 0, models: 0, classifiers: 0, prototypes: 0)
    }
}

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
