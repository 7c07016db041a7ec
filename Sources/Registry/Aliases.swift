public import API
import Foundation

/// Other names of characters, and the series that they are from. An alias finds its character wherever a name does.
///
/// A renamed character keeps them. A character that gets another one's images by a merge gets its aliases, and its series if it has none.
public protocol AliasStore: Sendable {
    /// Gives a character aliases and takes others away, in one transaction. To add an alias that the character has, or to remove one
    /// that it has not, changes nothing.
    /// - Throws: `invalidName` for the character's name or an alias, when an alias looks like the character's own name, or when the character
    ///   would have more than ``RegistryName/mostAliases``; `characterExists` when an alias looks like another character's name or alias;
    ///   `characterNotFound`.
    func changeAliases(
        of character: String, adding: [String], removing: [String]
    ) async throws(RegistryError) -> CharacterSummary

    /// Says which series a character is from; an empty text removes it.
    /// - Throws: `invalidName` for the character's name or the series; `characterNotFound`.
    func setSeries(of character: String, _ series: String) async throws(RegistryError) -> CharacterSummary
}

extension Registry: AliasStore {
    public func changeAliases(
        of character: String, adding: [String], removing: [String]
    ) throws(RegistryError) -> CharacterSummary {
        let name = try RegistryName.validated(character)
        let adding = try adding.map { text throws(RegistryError) in try RegistryName.new(text, as: "alias") }
        let removing = try removing.map { text throws(RegistryError) in try RegistryName.validated(text, as: "alias") }
        return try writing(on: name) { (database, character) throws(RegistryError) in
            // Removed first, so that one request can write an alias in another way.
            let removed = try database.removeAliases(removing, from: character)
            let added = try database.addAliases(adding, to: database.existingCharacter(named: character.name))
            return !added.isEmpty || !removed.isEmpty
        }
    }

    public func setSeries(of character: String, _ series: String) throws(RegistryError) -> CharacterSummary {
        let name = try RegistryName.validated(character)
        let isNone = series.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty
        let series = isNone ? "" : try RegistryName.validated(series, as: "series")
        return try writing(on: name) { (database, character) throws(RegistryError) in
            try database.setSeries(of: character, series)
        }
    }
}

extension Registry {
    /// Changes what is written about a character, in one transaction.
    /// - Parameters:
    ///   - name: validated.
    ///   - change: changes it, and says whether anything is different now.
    /// - Returns: the character as it is then.
    /// - Throws: `characterNotFound`; what `change` throws.
    func writing(
        on name: String, _ change: (Connection, CharacterSummary) throws(RegistryError) -> Bool
    ) throws(RegistryError) -> CharacterSummary {
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            let character = try database.existingCharacter(named: name)
            guard try change(database, character) else { return character }
            try database.touchCharacter(character.id)
            return try database.existingCharacter(named: character.name)
        }
    }
}

extension Connection {
    /// - Parameter aliases: as ``RegistryName/new(_:as:)`` returned them.
    /// - Returns: those that the character had not.
    /// - Throws: as ``AliasStore/changeAliases(of:adding:removing:)``.
    func addAliases(_ aliases: [String], to character: CharacterSummary) throws(RegistryError) -> [String] {
        var added: [String] = []
        for alias in aliases {
            let known = try namesLooking(like: alias).first
            if let known, known.character.id != character.id {
                throw RegistryError(.characterExists, looksLike: known, alias)
            }
            if let known, known.isAlias, RegistryName.plain(known.name) == alias { continue }
            if let known {
                throw RegistryError(
                    .invalidName,
                    known.isAlias
                        ? "'\(alias)' looks like \(known.quoted); leave it out, or remove that one first"
                        : "'\(alias)' is or looks like the name of '\(known.name)' itself; leave it out")
            }
            try run(
                "INSERT INTO all_aliases (character, name, look) VALUES ($1, $2, $3)",
                [.integer(character.id), .text(alias), .text(RegistryName.look(alias))])
            try record("alias.add", subject: character.name, detail: ["alias": alias])
            added.append(alias)
        }
        guard character.aliases.count + added.count <= RegistryName.mostAliases else {
            throw RegistryError(
                .invalidName,
                "'\(character.name)' would have \(character.aliases.count + added.count) aliases; at most \(RegistryName.mostAliases) are kept. Remove some first: aniwho aliases remove"
            )
        }
        return added
    }

    /// - Returns: those that the character had.
    func removeAliases(_ aliases: [String], from character: CharacterSummary) throws(RegistryError) -> [String] {
        var removed: [String] = []
        for given in aliases {
            let plain = RegistryName.plain(given)
            let stored = try all("SELECT name FROM all_aliases WHERE character = $1", [.integer(character.id)]) {
                $0.text(0)
            }
            guard let alias = stored.first(where: { RegistryName.plain($0) == plain }) else { continue }
            try run(
                "DELETE FROM all_aliases WHERE character = $1 AND name = $2", [.integer(character.id), .text(alias)])
            // Who gives it again is its owner.
            try run(
                "DELETE FROM pack_writings WHERE character = $1 AND kind = 'alias' AND text = $2",
                [.integer(character.id), .text(alias)])
            try record("alias.remove", subject: character.name, detail: ["alias": alias])
            removed.append(alias)
        }
        return removed
    }

    /// Sets a character's series as other characters write it.
    /// - Parameter given: validated, or empty.
    /// - Returns: false if it is the character's series already.
    /// - Throws: `invalidName` when it looks like a series that is written otherwise.
    func setSeries(of character: CharacterSummary, _ given: String) throws(RegistryError) -> Bool {
        var series = given
        if !given.isEmpty {
            if let stored = try storedName(given, in: "characters", column: "series") {
                series = stored
            } else {
                series = try RegistryName.new(given, as: "series")
                try checkLook(of: series, as: "series", in: "characters", column: "series", .invalidName)
            }
        }
        guard series != character.series else { return false }
        try run("UPDATE all_characters SET series = $1 WHERE id = $2", [.text(series), .integer(character.id)])
        try run("DELETE FROM pack_writings WHERE character = $1 AND kind = 'series'", [.integer(character.id)])
        try record("character.series", subject: character.name, detail: ["id": character.id, "series": series])
        return true
    }
}

/// A name or an alias of a character.
struct KnownName {
    let character: CharacterSummary
    let name: String

    var isAlias: Bool { name != character.name }

    /// `the character 'Rei'`, or `'Ayanami', an alias of 'Rei'`.
    var quoted: String { isAlias ? "'\(name)', an alias of '\(character.name)'" : "the character '\(name)'" }

    /// What to do so that another character can have the name.
    var advice: String {
        isAlias
            ? "Remove that alias first: aniwho aliases remove NAME ALIAS"
            : "Rename that one first: aniwho characters rename OLD NEW"
    }
}

extension Connection {
    /// The names and aliases that a reader could take for a name; names first, each group in the order of the characters.
    func namesLooking(like name: String) throws(RegistryError) -> [KnownName] {
        let look = RegistryName.look(name)
        let named = try all(
            CharacterSummary.query + " WHERE c.look = $1 ORDER BY c.id", [.text(look)], CharacterSummary.init(row:))
        let aliased = try all(
            CharacterSummary.query + " WHERE c.id IN (SELECT character FROM aliases WHERE look = $1) ORDER BY c.id",
            [.text(look)], CharacterSummary.init(row:))
        return named.map { KnownName(character: $0, name: $0.name) }
            + aliased.flatMap { character in
                character.aliases.filter { RegistryName.look($0) == look }.map {
                    KnownName(character: character, name: $0)
                }
            }
    }
}

extension RegistryError {
    /// The error for a character's name or alias that a reader could take for one that is there.
    init(_ code: ErrorCode, looksLike other: KnownName, _ name: String) {
        guard other.isAlias else {
            self.init(code, looksLike: other.name, name, as: "character")
            return
        }
        self.init(
            code,
            other.name == name
                ? "'\(name)' is an alias of the character '\(other.character.name)' already"
                : "'\(name)' looks like \(other.quoted); use a name that readers can tell apart, or remove that alias")
    }
}
