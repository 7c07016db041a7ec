import API
import Foundation

/// What the owner writes on characters. Tags and notes follow a character through a rename; a merge unites them.
public protocol TagStore: Sendable {
    /// Adds tags to a character and takes others away, in one transaction. A tag that is there already, or is not there, changes nothing.
    /// - Throws: `invalidName` of the character or a tag, or where there would be more than ``RegistryName/mostTags``; `characterNotFound`.
    func changeTags(
        of character: String, adding: [String], removing: [String]
    ) async throws(RegistryError) -> CharacterRecord

    /// All tags, in the order of their UTF-8 bytes, with how many characters have each.
    func tags() async throws(RegistryError) -> [(tag: String, characters: Int)]

    /// Writes a character's note in the place of the one before; an empty one removes it.
    /// - Throws: `invalidName` of the character or where the note cannot be kept; `characterNotFound`.
    func setNote(of character: String, _ note: String) async throws(RegistryError) -> CharacterRecord
}

extension Registry: TagStore {
    public func changeTags(
        of character: String, adding: [String], removing: [String]
    ) throws(RegistryError) -> CharacterRecord {
        let name = try RegistryName.validated(character)
        let adding = try adding.map { text throws(RegistryError) in try RegistryName.validated(text, as: "tag") }
        let removing = try removing.map { text throws(RegistryError) in try RegistryName.validated(text, as: "tag") }
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            let character = try database.existingCharacter(named: name)
            let (added, removed) = (
                try database.addTags(adding, to: character), try database.removeTags(removing, from: character)
            )
            guard !added.isEmpty || !removed.isEmpty else { return character }
            try database.touchCharacter(character.id)
            let changed = try database.existingCharacter(named: name)
            guard changed.tags.count <= RegistryName.mostTags else {
                throw RegistryError(
                    .invalidName,
                    "'\(name)' would have \(changed.tags.count) tags; at most \(RegistryName.mostTags) are kept")
            }
            return changed
        }
    }

    public func tags() throws(RegistryError) -> [(tag: String, characters: Int)] {
        try database().all("SELECT tag, count(*) FROM character_tags GROUP BY tag ORDER BY tag") {
            (tag: $0.text(0), characters: $0.int(1))
        }
    }

    public func setNote(of character: String, _ note: String) throws(RegistryError) -> CharacterRecord {
        let name = try RegistryName.validated(character)
        let note = try RegistryNote.validated(note)
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            let character = try database.existingCharacter(named: name)
            guard note != character.note else { return character }
            try database.run(
                "UPDATE characters SET note = ? WHERE id = ?", [.text(note), .integer(character.id)])
            try database.touchCharacter(character.id)
            try database.record("character.note", subject: name, detail: ["id": character.id, "note": note])
            return try database.existingCharacter(named: name)
        }
    }
}

extension Connection {
    /// - Returns: those that were not there.
    fileprivate func addTags(_ tags: [String], to character: CharacterRecord) throws(RegistryError) -> [String] {
        var added: [String] = []
        for tag in tags {
            try run(
                "INSERT OR IGNORE INTO character_tags (character, tag) VALUES (?, ?)",
                [.integer(character.id), .text(tag)])
            if changes > 0 { added.append(tag) }
        }
        for tag in added { try record("tag.add", subject: character.name, detail: ["tag": tag]) }
        return added
    }

    /// - Returns: those that were there.
    fileprivate func removeTags(_ tags: [String], from character: CharacterRecord) throws(RegistryError) -> [String] {
        var removed: [String] = []
        for tag in tags {
            try run(
                "DELETE FROM character_tags WHERE character = ? AND tag = ?", [.integer(character.id), .text(tag)])
            if changes > 0 { removed.append(tag) }
        }
        for tag in removed { try record("tag.remove", subject: character.name, detail: ["tag": tag]) }
        return removed
    }

    /// Gives a character the tags and the note of another one, beside its own.
    func uniteWritings(of from: CharacterRecord, into: CharacterRecord) throws(RegistryError) {
        try run(
            """
            INSERT OR IGNORE INTO character_tags (character, tag) SELECT ?, tag FROM character_tags WHERE character = ?
            """, [.integer(into.id), .integer(from.id)])
        guard !from.note.isEmpty, from.note != into.note else { return }
        let note = into.note.isEmpty ? from.note : into.note + "\n" + from.note
        try run("UPDATE characters SET note = ? WHERE id = ?", [.text(note), .integer(into.id)])
    }
}

/// The rules for notes: text of one or more lines, stored in Unicode's composed form (NFC) and trimmed.
enum RegistryNote {
    /// The longest note, in bytes of UTF-8.
    static let maximumBytes = 4000

    /// The note as it is stored.
    /// - Throws: `invalidName` when it is longer than ``maximumBytes``, or holds control characters other than line breaks and tabs.
    static func validated(_ note: String) throws(RegistryError) -> String {
        let note = note.precomposedStringWithCanonicalMapping.trimmingCharacters(in: .whitespacesAndNewlines)
        guard note.utf8.count <= maximumBytes else {
            throw RegistryError(
                .invalidName,
                "the note is \(note.utf8.count) bytes long; at most \(maximumBytes) bytes of UTF-8 are allowed")
        }
        guard
            !note.unicodeScalars.contains(where: {
                $0.properties.generalCategory == .control && $0 != "\n" && $0 != "\t"
            })
        else { throw RegistryError(.invalidName, "the note holds a control character; remove it") }
        return note
    }
}
