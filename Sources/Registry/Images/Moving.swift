public import API
import Foundation

extension Registry {
    public func moveImages(_ ids: [Int64], to character: String) throws(RegistryError) -> MovedImages {
        let name = try RegistryName.validated(character)
        return try change { (database, indexes) throws(RegistryError) in
            let existing = try database.character(named: name)
            let images = try database.existingImages(ids)
            let target = if let existing { existing } else { try database.insertCharacter(named: name) }
            let others = images.filter { $0.characterID != target.id }
            guard !others.isEmpty else {
                return MovedImages(character: target, created: existing == nil, moved: [], duplicates: [])
            }
            let change = try database.beginTrash(
                .imageMove, of: others.onlyCharacter, target: target, made: existing == nil)
            let (move, changes) = try database.move(others, to: target, created: existing == nil, by: change)
            try indexes.show(changes)
            return move
        }
    }

    public func splitCharacter(
        _ name: String, images ids: [Int64], into newName: String
    ) throws(RegistryError) -> MovedImages {
        let (name, newName) = (try RegistryName.validated(name), try RegistryName.validated(newName))
        return try change { (database, indexes) throws(RegistryError) in
            let character = try database.existingCharacter(named: name)
            if let other = try database.character(named: newName) {
                throw RegistryError(
                    .characterExists, other.taking(newName) + "; move images to it with: aniwho images move")
            }
            let images = try database.existingImages(Set(ids).sorted())
            if let other = images.first(where: { $0.characterID != character.id })?.image {
                throw RegistryError(
                    .imageNotFound, "image \(other.id) is not one of '\(name)', but of '\(other.character)'")
            }
            guard !images.isEmpty, images.count < character.images else {
                throw RegistryError(
                    .invalidSplit,
                    "\(images.isEmpty ? "no image" : "every image") of '\(name)' would go to '\(newName)'; name some of its \(character.images)"
                )
            }
            let target = try database.insertCharacter(named: newName)
            try database.record(
                "character.split", subject: character.name,
                detail: ["id": character.id, "into": target.name, "images": images.count])
            let change = try database.beginTrash(.characterSplit, of: character.name, target: target, made: true)
            let (move, changes) = try database.move(images, to: target, created: true, by: change)
            try indexes.show(changes)
            return move
        }
    }

    public func mergeCharacter(_ source: String, into target: String) throws(RegistryError) -> MovedImages {
        let (source, target) = (try RegistryName.validated(source), try RegistryName.validated(target))
        return try change { (database, indexes) throws(RegistryError) in
            let from = try database.existingCharacter(named: source)
            let into = try database.existingCharacter(named: target)
            guard from.id != into.id else {
                throw RegistryError(.invalidName, "'\(source)' cannot be merged into itself; name two characters")
            }
            let change = try database.beginTrash(.characterMerge, of: from.name, target: into)
            var (move, changes) = try database.move(
                try database.images(of: from), to: into, created: false, by: change)
            try database.moveRejections(of: from.id, to: into.id, by: change)
            // In the trash, it leaves its aliases to the other one.
            try database.trash(character: from.id, by: change)
            try database.note(try database.uniteWritings(of: from, into: into), by: change)
            try database.record(
                "character.merge", subject: from.name,
                detail: ["id": from.id, "into": into.name, "images": move.moved.count])
            if changes.isEmpty { changes = [try database.changed(into.id, into.name)] }
            // It has the tags and the note now.
            move.character = try database.existingCharacter(named: into.name)
            try indexes.remove(character: from.id)
            try indexes.show(changes.filter { $0.id != from.id })
            return move
        }
    }
}

extension IndexChanges {
    fileprivate func show(_ changes: [ChangedPrototype]) throws(RegistryError) {
        for change in changes { try set(character: change.id, name: change.name, prototype: change.prototype) }
    }
}

/// A character whose prototype changed.
private struct ChangedPrototype {
    let id: Int64
    let name: String
    let prototype: Prototype?
}

extension Connection {
    /// Moves images of other characters to a character, inside a transaction.
    /// - Parameter change: the change in the trash.
    fileprivate func move(
        _ images: [StoredImage], to target: CharacterSummary, created: Bool, by change: Int64
    ) throws(RegistryError) -> (MovedImages, [ChangedPrototype]) {
        var changed = [target.id: target.name]
        var (moved, duplicates): ([Int64], [EnrolledImage]) = ([], [])
        for stored in images {
            let image = stored.image
            changed[stored.characterID] = image.character
            let isThere = try isEnrolled(image.key, under: target.id)
            if isThere {
                try trash(image: image.id, by: change)
                duplicates.append(image)
            } else {
                try run(
                    "UPDATE all_images SET character = $1 WHERE id = $2", [.integer(target.id), .integer(image.id)])
                try noteMove(ofImage: image.id, from: stored.characterID, by: change)
                try trashRejections(of: image.key, character: target, by: change)
                moved.append(image.id)
            }
            try record(
                "image.move", subject: String(image.id),
                detail: [
                    "from": image.character, "to": target.name, "sha256": image.sha256, "duplicate": isThere ? 1 : 0,
                ])
        }
        var changes: [ChangedPrototype] = []
        if !moved.isEmpty || !duplicates.isEmpty {
            for (id, name) in changed.sorted(by: { $0.key < $1.key }) {
                try touchCharacter(id)
                changes.append(try self.changed(id, name))
            }
        }
        let move = MovedImages(
            character: try existingCharacter(named: target.name), created: created,
            moved: try moved.map { id throws(RegistryError) in try existingImage(id).image }, duplicates: duplicates)
        return (move, changes)
    }

    /// A character's prototype, computed again.
    fileprivate func changed(_ id: Int64, _ name: String) throws(RegistryError) -> ChangedPrototype {
        guard let model = try activeModel() else { return ChangedPrototype(id: id, name: name, prototype: nil) }
        return ChangedPrototype(id: id, name: name, prototype: try refreshPrototype(of: id, model: model))
    }
}
