import API
import Foundation
import Geometry

/// The work of taking one change back.
struct Restoring {
    let change: TrashedChange
    let database: Connection
    var pictures = 0
    var moved = 0
    var warnings: [String] = []
    /// The characters whose images or rejections changed.
    var touched: Set<Int64> = []
    /// The characters that are gone again.
    var removed: Set<Int64> = []
    /// The characters that came back as they were.
    private var revived: Set<Int64> = []

    init(change: TrashedChange, database: Connection) { (self.change, self.database) = (change, database) }

    mutating func run() throws(RegistryError) {
        let target = try target()
        if let target { try takeBackAliases(from: target) }
        try reviveCharacters()
        if let target {
            if change.kind == .inboxName {
                try withdrawNamed(from: target.id)
            } else {
                try takeBackImages(from: target.id)
            }
        }
        try reviveImages()
        if let target { try takeBackRejections(from: target.id) }
        try reviveRejections()
        try reviveInboxPictures()
        if let target {
            try takeBackWritings(from: target)
            try removeIfMade(target)
        }
        for character in touched.subtracting(revived).subtracting(removed) { try database.touchCharacter(character) }
    }

    // MARK: Characters

    private mutating func reviveCharacters() throws(RegistryError) {
        let characters = try database.all(
            "SELECT id, name FROM all_characters WHERE trash = $1", [.integer(change.id)]
        ) { (id: $0.integer(0), name: $0.text(1)) }
        for (id, name) in characters {
            if let other = try database.namesLooking(like: name).first {
                throw RegistryError(
                    .characterExists,
                    other.isAlias
                        ? "'\(name)' cannot come back: it looks like \(other.quoted) now. \(other.advice)"
                        : "'\(name)' cannot come back: there is a character named '\(other.name)' now. \(other.advice)")
            }
            try database.run("UPDATE all_characters SET trash = NULL WHERE id = $1", [.integer(id)])
            try reviveAliases(of: id)
            revived.insert(id)
            touched.insert(id)
        }
    }

    /// The character that the change gave images to, as it is now; nil when it gave none, or when that character is gone for good.
    /// - Throws: `changeBlocked` when that character is in the trash.
    private func target() throws(RegistryError) -> CharacterSummary? {
        let id = try database.first(
            "SELECT c.id FROM trash t JOIN all_characters c ON c.id = t.target WHERE t.id = $1", [.integer(change.id)]
        ) { $0.integer(0) }
        guard let id else { return nil }
        try checkIsThere(character: id)
        return try database.first(
            CharacterSummary.query + " WHERE c.id = $1", [.integer(id)], CharacterSummary.init(row:))
    }

    /// - Throws: `changeBlocked`, naming the change that put a character into the trash.
    func checkIsThere(character id: Int64) throws(RegistryError) {
        let later = try database.first(
            "SELECT name, trash FROM all_characters WHERE id = $1 AND trash IS NOT NULL", [.integer(id)]
        ) { (name: $0.text(0), change: $0.integer(1)) }
        guard let later else { return }
        throw RegistryError(
            .changeBlocked,
            "change \(change.id) cannot be taken back: '\(later.name)' is in the trash. Take change \(later.change) back first: aniwho trash restore \(later.change)"
        )
    }

    // MARK: The inbox

    private mutating func reviveInboxPictures() throws(RegistryError) {
        let found = try database.all(
            "SELECT id, sha256, box FROM all_unknowns WHERE trash = $1 ORDER BY id", [.integer(change.id)]
        ) { row throws(RegistryError) in
            (id: row.integer(0), key: PictureKey(sha256: row.text(1), box: try row.box(2)))
        }
        var (twins, enrolled) = (0, 0)
        for (id, key) in found {
            if try !database.images(coincidingWith: key).isEmpty {
                enrolled += 1
            } else if try !database.inboxPictures(coincidingWith: key).isEmpty {
                twins += 1
            } else {
                try database.run("UPDATE all_unknowns SET trash = NULL WHERE id = $1", [.integer(id)])
                pictures += 1
            }
        }
        warn(twins, "is in the inbox again already", "are in the inbox again already")
        warn(enrolled, "is enrolled since", "are enrolled since")
        if pictures > 0, [.inboxDiscard, .inboxIgnore, .inboxName].contains(change.kind) {
            try database.checkInbox()
        }
    }

    // MARK: What a merge, a split or a move made

    /// Takes the tags, the series and the note of a merged character back.
    private mutating func takeBackWritings(from target: CharacterSummary) throws(RegistryError) {
        let writings = try database.first(
            "SELECT tags, note_before, note_after, series FROM trash WHERE id = $1", [.integer(change.id)]
        ) {
            (
                tags: [String](jsonLiteral: $0.text(0)) ?? [], before: $0.isNull(1) ? nil : $0.text(1),
                after: $0.isNull(2) ? nil : $0.text(2), series: $0.isNull(3) ? nil : $0.text(3)
            )
        }
        guard let writings else { return }
        if try !database.removeTags(writings.tags, from: target).isEmpty { touched.insert(target.id) }
        if let series = writings.series {
            if target.series == series {
                if try database.setSeries(of: target, "") { touched.insert(target.id) }
            } else {
                warnings.append("the series of \(target.name) was changed since, and stays as it is")
            }
        }
        guard let before = writings.before, let after = writings.after else { return }
        guard target.note == after else {
            warnings.append("the note of \(target.name) was changed since, and stays as it is")
            return
        }
        try database.setNote(of: target, before)
        touched.insert(target.id)
    }

    /// Removes the character that the change made, if it has nothing of its own.
    private mutating func removeIfMade(_ target: CharacterSummary) throws(RegistryError) {
        let isMade = try database.first("SELECT made_target FROM trash WHERE id = $1", [.integer(change.id)]) {
            $0.int(0)
        }
        guard isMade == 1 else { return }
        let others = try database.first(
            """
            SELECT EXISTS (SELECT 1 FROM all_images WHERE character = $1)
                OR EXISTS (SELECT 1 FROM all_rejections WHERE character = $1)
                OR EXISTS (SELECT 1 FROM all_character_tags WHERE character = $1)
                OR EXISTS (SELECT 1 FROM all_aliases WHERE character = $1)
                OR EXISTS (SELECT 1 FROM moved_images WHERE origin = $1)
                OR EXISTS (SELECT 1 FROM moved_rejections WHERE origin = $1)
            """, [.integer(target.id)]
        ) { $0.int(0) }
        guard others == 0, target.note.isEmpty, target.series.isEmpty else {
            warnings.append("the character \(target.name) stays: it has got more since")
            return
        }
        try database.run("DELETE FROM all_characters WHERE id = $1", [.integer(target.id)])
        try database.record("character.remove", subject: target.name, detail: ["id": target.id, "images": 0])
        removed.insert(target.id)
    }

    // MARK: Warnings

    mutating func warnOfTwins(_ count: Int) {
        warn(count, "is enrolled there again already", "are enrolled there again already")
    }

    mutating func warn(_ count: Int, _ one: String, _ many: String) {
        guard count > 0 else { return }
        warnings.append(count == 1 ? "1 picture \(one)" : "\(count) pictures \(many)")
    }
}
