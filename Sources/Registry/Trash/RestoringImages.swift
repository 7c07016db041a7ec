import API
import Geometry

/// Images and rejections that come back.
extension Restoring {
    mutating func takeBackImages(from target: Int64) throws(RegistryError) {
        let images = try database.all(
            """
            SELECT i.id, i.sha256, m.origin, i.character, i.trash, i.box FROM moved_images m JOIN all_images i ON i.id = m.image
            WHERE m.trash = $1 ORDER BY i.id
            """, [.integer(change.id)]
        ) { row throws(RegistryError) in
            (
                id: row.integer(0), key: PictureKey(sha256: row.text(1), box: try row.box(5)), origin: row.integer(2),
                owner: row.integer(3), isThere: row.isNull(4)
            )
        }
        var (elsewhere, gone, twins) = (0, 0, 0)
        for image in images {
            guard image.owner == target else {
                elsewhere += 1
                continue
            }
            try checkIsThere(character: image.origin)
            guard image.isThere else {
                // It was removed since. If it comes back, it comes back to where it was before.
                try setOwner(ofImage: image.id, to: image.origin)
                gone += 1
                continue
            }
            touched.formUnion([target, image.origin])
            if try database.isEnrolled(image.key, under: image.origin) {
                try database.run("DELETE FROM all_images WHERE id = $1", [.integer(image.id)])
                twins += 1
            } else {
                try setOwner(ofImage: image.id, to: image.origin)
                try withdrawRejections(of: image.key, for: image.origin)
                moved += 1
            }
        }
        warn(elsewhere, "was moved again since, and stays there", "were moved again since, and stay there")
        warn(gone, "was removed since, and stays removed", "were removed since, and stay removed")
        warnOfTwins(twins)
    }

    /// Removes the images that were pictures of the inbox before the change named them. Those go back to the inbox.
    mutating func withdrawNamed(from target: Int64) throws(RegistryError) {
        let images = try database.all(
            """
            SELECT i.id, i.character, i.trash FROM moved_images m JOIN all_images i ON i.id = m.image
            WHERE m.trash = $1 ORDER BY i.id
            """, [.integer(change.id)]
        ) { (id: $0.integer(0), owner: $0.integer(1), isThere: $0.isNull(2)) }
        var elsewhere = 0
        for image in images {
            guard image.owner == target else {
                elsewhere += 1
                continue
            }
            try database.run("DELETE FROM all_images WHERE id = $1", [.integer(image.id)])
            touched.insert(target)
            if image.isThere { moved += 1 }
        }
        warn(elsewhere, "was moved since, and stays there", "were moved since, and stay there")
    }

    mutating func reviveImages() throws(RegistryError) {
        let images = try database.all(
            "SELECT id, sha256, character, box FROM all_images WHERE trash = $1 ORDER BY id", [.integer(change.id)],
            Self.face)
        var twins = 0
        for image in images {
            try checkIsThere(character: image.owner)
            guard try !database.isEnrolled(image.key, under: image.owner) else {
                twins += 1
                continue
            }
            try database.run("UPDATE all_images SET trash = NULL WHERE id = $1", [.integer(image.id)])
            try withdrawRejections(of: image.key, for: image.owner)
            touched.insert(image.owner)
            pictures += 1
        }
        warnOfTwins(twins)
    }

    private func setOwner(ofImage id: Int64, to character: Int64) throws(RegistryError) {
        try database.run("UPDATE all_images SET character = $1 WHERE id = $2", [.integer(character), .integer(id)])
    }

    /// A row with a number, a hash, a character and a box.
    private static func face(_ row: Row) throws(RegistryError) -> (id: Int64, key: PictureKey, owner: Int64) {
        (row.integer(0), PictureKey(sha256: row.text(1), box: try row.box(3)), row.integer(2))
    }

    /// A picture that comes back to a character is of that character: a rejection since then is withdrawn.
    private func withdrawRejections(of key: PictureKey, for character: Int64) throws(RegistryError) {
        let summary = try database.first(
            CharacterSummary.query + " WHERE c.id = $1", [.integer(character)], CharacterSummary.init(row:))
        guard let summary else { return }
        try database.withdrawRejections(of: key, character: summary)
    }

    mutating func takeBackRejections(from target: Int64) throws(RegistryError) {
        let rejections = try database.all(
            """
            SELECT r.id, r.sha256, m.origin, r.box FROM moved_rejections m JOIN rejections r ON r.id = m.rejection
            WHERE m.trash = $1 AND r.character = $2 ORDER BY r.id
            """, [.integer(change.id), .integer(target)], Self.face)
        for rejection in rejections where try database.isFree(rejection.key, for: rejection.owner) {
            try database.run(
                "UPDATE all_rejections SET character = $1 WHERE id = $2",
                [.integer(rejection.owner), .integer(rejection.id)])
            touched.formUnion([target, rejection.owner])
        }
    }

    mutating func reviveRejections() throws(RegistryError) {
        let rejections = try database.all(
            "SELECT id, sha256, character, box FROM all_rejections WHERE trash = $1 ORDER BY id",
            [.integer(change.id)], Self.face)
        // What the owner decided since then counts.
        for rejection in rejections where try database.isFree(rejection.key, for: rejection.owner) {
            try database.run("UPDATE all_rejections SET trash = NULL WHERE id = $1", [.integer(rejection.id)])
            touched.insert(rejection.owner)
        }
    }
}
