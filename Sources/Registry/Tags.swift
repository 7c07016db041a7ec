public import API
import Foundation

/// Tags and notes of characters. A renamed character keeps them; a merged character has those of both.
public protocol TagStore: Sendable {
    /// Adds tags to a character and removes others, in one transaction. To add a tag that the character has, or to remove one
    /// that it has not, changes nothing.
    /// - Throws: `invalidName` for the character's name or a tag, or when the character would have more than
    ///   ``RegistryName/mostTags``; `characterNotFound`.
    func changeTags(
        of character: String, adding: [String], removing: [String]
    ) async throws(RegistryError) -> CharacterSummary

    /// All tags, in the order of their UTF-8 bytes, with how many characters have each.
    func tags() async throws(RegistryError) -> [ListTags.Tag]

    /// Replaces a character's note; an empty note removes it.
    /// - Throws: `invalidName` for the character's name or the note; `characterNotFound`.
    func setNote(of character: String, _ note: String) async throws(RegistryError) -> CharacterSummary
}

extension Registry: TagStore {
    public func changeTags(
        of character: String, adding: [String], removing: [String]
    ) throws(RegistryError) -> CharacterSummary {
        let name = try RegistryName.validated(character)
        let adding = try adding.map { text throws(RegistryError) in try RegistryName.validated(text, as: "tag") }
        let removing = try removing.map { text throws(RegistryError) in try RegistryName.validated(text, as: "tag") }
        return try writing(on: name) { (database, character) throws(RegistryError) in
            let (added, removed) = (
                try database.addTags(adding, to: character), try database.removeTags(removing, from: character)
            )
            // Version 0.1.0 let merges go beyond the limit: what a character has can be removed in any case.
            if !added.isEmpty { try database.existingCharacter(named: character.name).checkTagLimit() }
            return !added.isEmpty || !removed.isEmpty
        }
    }

    public func tags() throws(RegistryError) -> [ListTags.Tag] {
        try database().all("SELECT tag, count(*) FROM character_tags GROUP BY tag ORDER BY tag") {
            ListTags.Tag(name: $0.text(0), characters: $0.int(1))
        }
    }

    public func setNote(of character: String, _ note: String) throws(RegistryError) -> CharacterSummary {
        let name = try RegistryName.validated(character)
        let note = try RegistryNote.validated(note)
        return try writing(on: name) { (database, character) throws(RegistryError) in
            guard note != character.note else { return false }
            try database.setNote(of: character, note)
            return true
        }
    }
}

extension CharacterSummary {
    /// - Throws: `invalidName` when it has more than ``RegistryName/mostTags``.
    fileprivate func checkTagLimit() throws(RegistryError) {
        guard tags.count <= RegistryName.mostTags else {
            throw RegistryError(
                .invalidName,
                "'\(name)' would have \(tags.count) tags; at most \(RegistryName.mostTags) are kept. Remove some first: aniwho tags remove"
            )
        }
    }
}

extension Connection {
    /// - Returns: those that the character had not.
    fileprivate func addTags(_ tags: [String], to character: CharacterSummary) throws(RegistryError) -> [String] {
        var added: [String] = []
        for given in tags {
            var tag = given
            if let stored = try storedName(given, in: "character_tags", column: "tag") {
                tag = stored
            } else {
                tag = try RegistryName.new(given, as: "tag")
                try checkLook(of: tag, as: "tag", in: "character_tags", column: "tag", .invalidName)
            }
            try run(
                "INSERT INTO all_character_tags (character, tag) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                [.integer(character.id), .text(tag)])
            if changes > 0 { added.append(tag) }
        }
        for tag in added { try record("tag.add", subject: character.name, detail: ["tag": tag]) }
        return added
    }

    /// - Returns: those that the character had.
    func removeTags(_ tags: [String], from character: CharacterSummary) throws(RegistryError) -> [String] {
        var removed: [String] = []
        for given in tags {
            let tag = try storedName(given, in: "character_tags", column: "tag") ?? given
            try run(
                "DELETE FROM all_character_tags WHERE character = $1 AND tag = $2",
                [.integer(character.id), .text(tag)])
            if changes > 0 { removed.append(tag) }
        }
        for tag in removed { try record("tag.remove", subject: character.name, detail: ["tag": tag]) }
        return removed
    }

    /// Replaces a character's note, with its audit row.
    /// - Parameter note: validated.
    func setNote(of character: CharacterSummary, _ note: String) throws(RegistryError) {
        try run("UPDATE all_characters SET note = $1 WHERE id = $2", [.text(note), .integer(character.id)])
        try record("character.note", subject: character.name, detail: ["id": character.id, "note": note])
    }

    /// Adds the tags, the aliases, the note and the series of a character in the trash to those of another, with their audit rows.
    /// - Returns: what the other one had not.
    /// - Throws: `invalidName` when these are more than a character may have.
    func uniteWritings(of from: CharacterSummary, into: CharacterSummary) throws(RegistryError) -> UnitedWritings {
        var writings = UnitedWritings(tags: try addTags(from.tags, to: into))
        writings.aliases = try addAliases(from.aliases, to: into)
        if into.series.isEmpty, try setSeries(of: into, from.series) { writings.series = from.series }
        if !writings.tags.isEmpty { try existingCharacter(named: into.name).checkTagLimit() }
        guard !from.note.isEmpty, from.note != into.note else { return writings }
        let note = try RegistryNote.validated(into.note.isEmpty ? from.note : into.note + "\n" + from.note)
        try setNote(of: into, note)
        writings.note = (before: into.note, after: note)
        return writings
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
