import API
import Foundation

/// Puts what a change removes into the trash, inside the change's transaction.
extension Connection {
    /// Begins a change in the trash.
    /// - Parameters:
    ///   - character: the name of the character concerned; nil for several and for none.
    ///   - target: the character that gets images.
    ///   - made: whether the change made that character.
    /// - Returns: the change's number.
    func beginTrash(
        _ kind: TrashKind, of character: String?, target: CharacterSummary? = nil, made: Bool = false
    ) throws(RegistryError) -> Int64 {
        precondition(isInTransaction, "what goes into the trash belongs to the transaction of its change")
        try run(
            """
            INSERT INTO trash (at, who, kind, character, target, target_name, made_target) VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .time(Date()), .text(Registry.author), .text(kind.rawValue), character.map { .text($0) } ?? .null,
                target.map { .integer($0.id) } ?? .null, target.map { .text($0.name) } ?? .null,
                .integer(made ? 1 : 0),
            ])
        return lastInsertedID
    }

    func trash(image id: Int64, by change: Int64) throws(RegistryError) {
        try run("UPDATE all_images SET trash = ? WHERE id = ?", [.integer(change), .integer(id)])
    }

    func trash(inboxPicture id: Int64, by change: Int64) throws(RegistryError) {
        try run("UPDATE all_unknowns SET trash = ? WHERE id = ?", [.integer(change), .integer(id)])
    }

    /// Puts a character into the trash with its images and rejections. Its tags and note stay with it. Its prototype is gone: it is made
    /// again of the images when they come back.
    func trash(character id: Int64, by change: Int64) throws(RegistryError) {
        try run("UPDATE all_characters SET trash = ? WHERE id = ?", [.integer(change), .integer(id)])
        for table in ["all_images", "all_rejections"] {
            try run(
                "UPDATE \(table) SET trash = ? WHERE character = ? AND trash IS NULL", [.integer(change), .integer(id)])
        }
        try run("DELETE FROM prototypes WHERE character = ?", [.integer(id)])
    }

    /// Puts the rejection of a picture for a character that it moves to into the trash: the newer decision counts.
    func trashRejection(
        sha256: String, character: CharacterSummary, by change: Int64
    ) throws(RegistryError) {
        try run(
            "UPDATE all_rejections SET trash = ? WHERE character = ? AND sha256 = ? AND trash IS NULL",
            [.integer(change), .integer(character.id), .text(sha256)])
        guard changes > 0 else { return }
        try record("rejection.withdraw", subject: character.name, detail: ["sha256": sha256])
    }

    /// Notes that a change gives an image to its target.
    func noteMove(ofImage id: Int64, from origin: Int64, by change: Int64) throws(RegistryError) {
        try run(
            "INSERT INTO moved_images (trash, image, origin) VALUES (?, ?, ?)",
            [.integer(change), .integer(id), .integer(origin)])
    }

    /// Notes which images the naming of pictures of the inbox enrolled.
    func noteNaming(_ enrollment: EnrollImages.Response, by change: Int64) throws(RegistryError) {
        let character = enrollment.character
        try run(
            "UPDATE trash SET target = ?, target_name = ?, made_target = ? WHERE id = ?",
            [
                .integer(character.id), .text(character.name), .integer(enrollment.created ? 1 : 0), .integer(change),
            ])
        for image in enrollment.added { try noteMove(ofImage: image.id, from: character.id, by: change) }
    }

    /// Gives the rejections of a character to another, except those of pictures that the other is enrolled with or has rejected already.
    func moveRejections(
        of origin: Int64, to target: Int64, by change: Int64
    ) throws(RegistryError) {
        try run(
            """
            INSERT INTO moved_rejections (trash, rejection, origin) SELECT ?1, id, ?2 FROM rejections
            WHERE character = ?2 AND sha256 NOT IN (SELECT sha256 FROM images WHERE character = ?3)
                AND sha256 NOT IN (SELECT sha256 FROM rejections WHERE character = ?3)
            """, [.integer(change), .integer(origin), .integer(target)])
        try run(
            "UPDATE all_rejections SET character = ? WHERE id IN (SELECT rejection FROM moved_rejections WHERE trash = ?)",
            [.integer(target), .integer(change)])
    }

    /// Notes what a merge wrote on its target.
    func note(_ writings: UnitedWritings, by change: Int64) throws(RegistryError) {
        try run(
            "UPDATE trash SET tags = ?, note_before = ?, note_after = ? WHERE id = ?",
            [
                .text(writings.tags.jsonLiteral), writings.note.map { .text($0.before) } ?? .null,
                writings.note.map { .text($0.after) } ?? .null, .integer(change),
            ])
    }
}

/// The tags and the note that a character gets by a merge.
struct UnitedWritings {
    /// Those that it had not.
    var tags: [String]
    /// Nil when the note stays as it is.
    var note: (before: String, after: String)?
}
