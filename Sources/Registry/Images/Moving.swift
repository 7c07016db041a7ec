import API
import Foundation

/// What moving images to a character did.
public struct Move: Sendable, Equatable {
    /// The character that has them now.
    public let character: CharacterRecord
    /// Whether it did not exist before.
    public let created: Bool
    /// The images that it has now and had not before, as they are now.
    public let moved: [ImageRecord]
    /// The images whose bytes it had already: these are gone.
    public let duplicates: [ImageRecord]

    public init(character: CharacterRecord, created: Bool, moved: [ImageRecord], duplicates: [ImageRecord]) {
        self.character = character
        self.created = created
        self.moved = moved
        self.duplicates = duplicates
    }
}

extension Registry {
    public func moveImages(_ ids: [Int64], to character: String) throws(RegistryError) -> Move {
        let name = try RegistryName.validated(character)
        let database = try database()
        let (move, changes) = try database.transaction { () throws(RegistryError) in
            let existing = try database.character(named: name)
            var images: [ImageRecord] = []
            for id in ids where !images.contains(where: { $0.id == id }) {
                images.append(try database.existingImage(id))
            }
            let target = if let existing { existing } else { try database.insertCharacter(named: name) }
            return try database.move(images, to: target, created: existing == nil)
        }
        try show(changes)
        return move
    }

    public func splitCharacter(
        _ name: String, images ids: [Int64], into newName: String
    ) throws(RegistryError) -> Move {
        let (name, newName) = (try RegistryName.validated(name), try RegistryName.validated(newName))
        let database = try database()
        let (move, changes) = try database.transaction { () throws(RegistryError) in
            let character = try database.existingCharacter(named: name)
            guard try database.character(named: newName) == nil else {
                throw RegistryError(
                    .characterExists,
                    "there is a character named '\(newName)' already; move images to it with: aniwho images move")
            }
            let images = try Set(ids).sorted().map { id throws(RegistryError) in try database.existingImage(id) }
            if let other = images.first(where: { $0.characterID != character.id }) {
                throw RegistryError(
                    .imageNotFound, "image \(other.id) is not one of '\(name)', but of '\(other.characterName)'")
            }
            guard !images.isEmpty, images.count < character.imageCount else {
                throw RegistryError(
                    .invalidSplit,
                    "\(images.isEmpty ? "no image" : "every image") of '\(name)' would go to '\(newName)'; name some of its \(character.imageCount)"
                )
            }
            let target = try database.insertCharacter(named: newName)
            try database.record(
                "character.split", subject: name,
                detail: ["id": character.id, "into": newName, "images": images.count])
            return try database.move(images, to: target, created: true)
        }
        try show(changes)
        return move
    }

    /// Brings what is in memory up to date.
    private func show(_ changes: [ChangedPrototype]) throws(RegistryError) {
        for change in changes {
            index.set(character: change.id, name: change.name, prototype: change.prototype)
            try refreshRejections(of: change.id)
        }
    }

    public func mergeCharacter(_ source: String, into target: String) throws(RegistryError) -> Move {
        let (source, target) = (try RegistryName.validated(source), try RegistryName.validated(target))
        guard source != target else {
            throw RegistryError(.invalidName, "'\(source)' cannot be merged into itself; name two characters")
        }
        let database = try database()
        let (move, changes, gone) = try database.transaction { () throws(RegistryError) in
            let from = try database.existingCharacter(named: source)
            let into = try database.existingCharacter(named: target)
            let images = try database.all(
                ImageRecord.query + " WHERE i.character = ? ORDER BY i.id", [.integer(from.id)],
                ImageRecord.init(row:))
            var (move, changes) = try database.move(images, to: into, created: false)
            // What is not the one is not the other either, unless it is enrolled.
            try database.run(
                """
                UPDATE OR IGNORE rejections SET character = ?1 WHERE character = ?2
                    AND sha256 NOT IN (SELECT sha256 FROM images WHERE character = ?1)
                """, [.integer(into.id), .integer(from.id)])
            try database.uniteWritings(of: from, into: into)
            try database.run("DELETE FROM characters WHERE id = ?", [.integer(from.id)])
            try database.record(
                "character.merge", subject: source,
                detail: ["id": from.id, "into": target, "images": move.moved.count])
            if changes.isEmpty { changes = [try database.changed(into.id, into.name)] }
            // With what was united.
            let result = Move(
                character: try database.existingCharacter(named: target), created: false, moved: move.moved,
                duplicates: move.duplicates)
            return (result, changes, from.id)
        }
        index.remove(character: gone)
        try refreshRejections(of: gone)
        try show(changes.filter { $0.id != gone })
        return move
    }
}

/// A character whose prototype changed.
private struct ChangedPrototype {
    let id: Int64
    let name: String
    let prototype: Prototype?
}

extension Connection {
    /// Gives images to a character, inside a transaction.
    fileprivate func move(
        _ images: [ImageRecord], to target: CharacterRecord, created: Bool
    ) throws(RegistryError) -> (Move, [ChangedPrototype]) {
        var changed = [target.id: target.name]
        var (moved, duplicates): ([Int64], [ImageRecord]) = ([], [])
        for image in images where image.characterID != target.id {
            changed[image.characterID] = image.characterName
            let isThere = try self.images(sha256: image.sha256).contains { $0.characterID == target.id }
            if isThere {
                try run("DELETE FROM images WHERE id = ?", [.integer(image.id)])
                duplicates.append(image)
            } else {
                try run("UPDATE images SET character = ? WHERE id = ?", [.integer(target.id), .integer(image.id)])
                try withdrawRejection(sha256: image.sha256, character: target)
                moved.append(image.id)
            }
            try record(
                "image.move", subject: String(image.id),
                detail: [
                    "from": image.characterName, "to": target.name, "sha256": image.sha256,
                    "duplicate": isThere ? 1 : 0,
                ])
        }
        var changes: [ChangedPrototype] = []
        if !moved.isEmpty || !duplicates.isEmpty {
            for (id, name) in changed.sorted(by: { $0.key < $1.key }) {
                try touchCharacter(id)
                changes.append(try self.changed(id, name))
            }
        }
        let move = Move(
            character: try existingCharacter(named: target.name), created: created,
            moved: try moved.map { id throws(RegistryError) in try existingImage(id) }, duplicates: duplicates)
        return (move, changes)
    }

    /// A character's prototype, computed again.
    fileprivate func changed(_ id: Int64, _ name: String) throws(RegistryError) -> ChangedPrototype {
        guard let model = try activeModel() else { return ChangedPrototype(id: id, name: name, prototype: nil) }
        return ChangedPrototype(id: id, name: name, prototype: try refreshPrototype(of: id, model: model))
    }
}
