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
        return try insert(
            """
            INSERT INTO trash (at, who, kind, character, target, target_name, made_target) VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                .time(Date()), .text(Registry.author), .text(kind.rawValue), character.map { .text($0) } ?? .null,
                target.map { .integer($0.id) } ?? .null, target.map { .text($0.name) } ?? .null,
                .integer(made ? 1 : 0),
            ])
    }

    func trash(image id: Int64, by change: Int64) throws(RegistryError) {
        try run("UPDATE all_images SET trash = $1 WHERE id = $2", [.integer(change), .integer(id)])
    }

    func trash(inboxPicture id: Int64, by change: Int64) throws(RegistryError) {
        try run("UPDATE all_unknowns SET trash = $1 WHERE id = $2", [.integer(change), .integer(id)])
    }

    /// Puts a character into the trash with its images and rejections. Its aliases, series, tags and note stay with it. Its prototype is gone: it is made
    /// again of the images when they come back.
    func trash(character id: Int64, by change: Int64) throws(RegistryError) {
        try run("UPDATE all_characters SET trash = $1 WHERE id = $2", [.integer(change), .integer(id)])
        for table in ["all_images", "all_rejections"] {
            try run(
                "UPDATE \(table) SET trash = $1 WHERE character = $2 AND trash IS NULL",
                [.integer(change), .integer(id)])
        }
        try run("DELETE FROM prototypes WHERE character = $1", [.integer(id)])
    }

    /// Puts the rejections of a face for a character that it moves to into the trash: the newer decision counts.
    func trashRejections(
        of key: PictureKey, character: CharacterSummary, by change: Int64
    ) throws(RegistryError) {
        let rejections = try rejections(of: key, character: character.id)
        for rejection in rejections {
            try run(
                "UPDATE all_rejections SET trash = $1 WHERE id = $2", [.integer(change), .integer(rejection.id)])
        }
        guard !rejections.isEmpty else { return }
        try record("rejection.withdraw", subject: character.name, detail: ["sha256": key.sha256])
    }

    /// Notes that a change gives an image to its target.
    func noteMove(ofImage id: Int64, from origin: Int64, by change: Int64) throws(RegistryError) {
        try run(
            "INSERT INTO moved_images (trash, image, origin) VALUES ($1, $2, $3)",
            [.integer(change), .integer(id), .integer(origin)])
    }

    /// Notes which images the naming of pictures of the inbox enrolled.
    func noteNaming(_ enrollment: EnrollImages.Response, by change: Int64) throws(RegistryError) {
        let character = enrollment.character
        try run(
            "UPDATE trash SET target = $1, target_name = $2, made_target = $3 WHERE id = $4",
            [
                .integer(character.id), .text(character.name), .integer(enrollment.created ? 1 : 0), .integer(change),
            ])
        for image in enrollment.added { try noteMove(ofImage: image.id, from: character.id, by: change) }
    }

    /// Gives the rejections of a character to another, except those of faces that the other is enrolled with or has rejected already.
    func moveRejections(
        of origin: Int64, to target: Int64, by change: Int64
    ) throws(RegistryError) {
        let rejections = try all(
            Rejection.query + " WHERE r.character = $1 ORDER BY r.id", [.integer(origin)], Rejection.init(row:))
        for rejection in rejections where try isFree(rejection.key, for: target) {
            try run(
                "INSERT INTO moved_rejections (trash, rejection, origin) VALUES ($1, $2, $3)",
                [.integer(change), .integer(rejection.id), .integer(origin)])
            try run(
                "UPDATE all_rejections SET character = $1 WHERE id = $2", [.integer(target), .integer(rejection.id)])
        }
    }

    /// Whether a face is neither enrolled under a character nor rejected for it.
    func isFree(_ key: PictureKey, for character: Int64) throws(RegistryError) -> Bool {
        guard try !isEnrolled(key, under: character) else { return false }
        return try rejections(of: key, character: character).isEmpty
    }

    /// Notes what a merge wrote on its target.
    func note(_ writings: UnitedWritings, by change: Int64) throws(RegistryError) {
        try run(
            "UPDATE trash SET tags = $1, note_before = $2, note_after = $3, aliases = $4, series = $5 WHERE id = $6",
            [
                .text(writings.tags.jsonLiteral), writings.note.map { .text($0.before) } ?? .null,
                writings.note.map { .text($0.after) } ?? .null, .text(writings.aliases.jsonLiteral),
                writings.series.map { .text($0) } ?? .null, .integer(change),
            ])
    }
}

/// The tags, the aliases, the note and the series that a character gets by a merge.
struct UnitedWritings {
    /// Those that it had not.
    var tags: [String]
    /// Those that it had not.
    var aliases: [String] = []
    /// Nil when it has one of its own, or the other one has none.
    var series: String?
    /// Nil when the note stays as it is.
    var note: (before: String, after: String)?
}
