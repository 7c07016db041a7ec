import API

/// Images and rejections that come back.
extension Restoring {
    mutating func takeBackImages(from target: Int64) throws(RegistryError) {
        let images = try database.all(
            """
            SELECT i.id, i.sha256, m.origin, i.character, i.trash FROM moved_images m JOIN all_images i ON i.id = m.image
            WHERE m.trash = ? ORDER BY i.id
            """, [.integer(change.id)]
        ) {
            (id: $0.integer(0), sha256: $0.text(1), origin: $0.integer(2), owner: $0.integer(3), isThere: $0.isNull(4))
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
            if try isEnrolled(image.sha256, under: image.origin) {
                try database.run("DELETE FROM all_images WHERE id = ?", [.integer(image.id)])
                twins += 1
            } else {
                try setOwner(ofImage: image.id, to: image.origin)
                try withdrawRejection(of: image.sha256, for: image.origin)
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
            WHERE m.trash = ? ORDER BY i.id
            """, [.integer(change.id)]
        ) { (id: $0.integer(0), owner: $0.integer(1), isThere: $0.isNull(2)) }
        var elsewhere = 0
        for image in images {
            guard image.owner == target else {
                elsewhere += 1
                continue
            }
            try database.run("DELETE FROM all_images WHERE id = ?", [.integer(image.id)])
            touched.insert(target)
            if image.isThere { moved += 1 }
        }
        warn(elsewhere, "was moved since, and stays there", "were moved since, and stay there")
    }

    mutating func reviveImages() throws(RegistryError) {
        let images = try database.all(
            "SELECT id, sha256, character FROM all_images WHERE trash = ? ORDER BY id", [.integer(change.id)]
        ) { (id: $0.integer(0), sha256: $0.text(1), owner: $0.integer(2)) }
        var twins = 0
        for image in images {
            try checkIsThere(character: image.owner)
            guard try !isEnrolled(image.sha256, under: image.owner) else {
                twins += 1
                continue
            }
            try database.run("UPDATE all_images SET trash = NULL WHERE id = ?", [.integer(image.id)])
            try withdrawRejection(of: image.sha256, for: image.owner)
            touched.insert(image.owner)
            pictures += 1
        }
        warnOfTwins(twins)
    }

    private func setOwner(ofImage id: Int64, to character: Int64) throws(RegistryError) {
        try database.run("UPDATE all_images SET character = ? WHERE id = ?", [.integer(character), .integer(id)])
    }

    private func isEnrolled(_ sha256: String, under character: Int64) throws(RegistryError) -> Bool {
        try database.first(
            "SELECT 1 FROM images WHERE character = ? AND sha256 = ?", [.integer(character), .text(sha256)]
        ) { $0.int(0) } != nil
    }

    /// A picture that comes back to a character is of that character: a rejection since then is withdrawn.
    private func withdrawRejection(of sha256: String, for character: Int64) throws(RegistryError) {
        let summary = try database.first(
            CharacterSummary.query + " WHERE c.id = ?", [.integer(character)], CharacterSummary.init(row:))
        guard let summary else { return }
        try database.withdrawRejection(sha256: sha256, character: summary)
    }

    mutating func takeBackRejections(from target: Int64) throws(RegistryError) {
        let rejections = try database.all(
            """
            SELECT r.id, r.sha256, m.origin FROM moved_rejections m JOIN rejections r ON r.id = m.rejection
            WHERE m.trash = ? AND r.character = ?
            """, [.integer(change.id), .integer(target)]
        ) { (id: $0.integer(0), sha256: $0.text(1), origin: $0.integer(2)) }
        for rejection in rejections where try isFree(rejection.sha256, for: rejection.origin) {
            try database.run(
                "UPDATE all_rejections SET character = ? WHERE id = ?",
                [.integer(rejection.origin), .integer(rejection.id)])
            touched.formUnion([target, rejection.origin])
        }
    }

    mutating func reviveRejections() throws(RegistryError) {
        let rejections = try database.all(
            "SELECT id, sha256, character FROM all_rejections WHERE trash = ?", [.integer(change.id)]
        ) { (id: $0.integer(0), sha256: $0.text(1), owner: $0.integer(2)) }
        for rejection in rejections where try isFree(rejection.sha256, for: rejection.owner) {
            try database.run("UPDATE all_rejections SET trash = NULL WHERE id = ?", [.integer(rejection.id)])
            touched.insert(rejection.owner)
        }
    }

    /// Whether a picture is neither enrolled under a character nor rejected for it: what the owner decided since then counts.
    private func isFree(_ sha256: String, for character: Int64) throws(RegistryError) -> Bool {
        guard try !isEnrolled(sha256, under: character) else { return false }
        return try database.first(
            "SELECT 1 FROM rejections WHERE character = ? AND sha256 = ?", [.integer(character), .text(sha256)]
        ) { $0.int(0) } == nil
    }
}
