public import API
import Foundation
import Geometry

/// Rejections: pictures that are not of some character. Answers never name that character for them.
public protocol RejectionStore: Sendable {
    /// Stores that pictures are not of a character, in one transaction. A picture that is rejected already stays as it is.
    /// - Parameters:
    ///   - images: with embeddings of `model`.
    ///   - model: identity of the model that made the embeddings; must be the active one.
    /// - Throws: `invalidName`, `characterNotFound`, `imageEnrolled` when a picture is enrolled under the character,
    ///   `modelNotActive`, `dimensionMismatch`, `invalidVector`. An error stores nothing.
    func reject(
        character: String, images: [NewImage], model: String
    ) async throws(RegistryError) -> [RejectImages.Result]

    /// A page of the rejections, oldest first.
    /// - Parameter after: the number of the page before's last rejection; 0 for the first page.
    func rejections(after: Int64, limit: Int) async throws(RegistryError) -> [Rejection]

    func rejectionCount() async throws(RegistryError) -> Int

    /// Removes a rejection.
    /// - Returns: the rejection as it was.
    /// - Throws: `rejectionNotFound`.
    @discardableResult
    func removeRejection(_ id: Int64) async throws(RegistryError) -> Rejection

    /// A page of the rejected pictures that have no embedding of a model yet, in the order of the rejections' numbers.
    /// - Throws: `modelNotFound`.
    func rejectionsWithoutEmbedding(
        model identity: String, after: Int64?, limit: Int
    ) async throws(RegistryError) -> [PendingImage]

    /// Stores embeddings of rejected pictures in one transaction. Rejections that were removed meanwhile are skipped.
    /// - Returns: how many were stored.
    /// - Throws: `modelNotFound`, `dimensionMismatch`, `invalidVector`. An error stores nothing.
    @discardableResult
    func storeRejectionEmbeddings(
        model identity: String, _ embeddings: [(rejectionID: Int64, vector: [Float])]
    ) async throws(RegistryError) -> Int

    /// The characters that a picture is not of: each name with the rejection that says so. ``RejectionIndex`` has the rule. It
    /// reads from memory and never waits for a change.
    func rejected(embedding: [Float], key: PictureKey, model identity: String) -> [String: Int64]
}

extension Registry: RejectionStore {
    public func reject(
        character: String, images: [NewImage], model identity: String
    ) throws(RegistryError) -> [RejectImages.Result] {
        let name = try RegistryName.validated(character)
        return try change { (database, indexes) throws(RegistryError) in
            let model = try database.activeModel(identity: identity)
            let character = try database.existingCharacter(named: name)
            var results: [RejectImages.Result] = []
            for (index, image) in images.enumerated() {
                try model.check(image.embedding, of: "image \(index + 1) of the request")
                results.append(try database.reject(image, as: character, model: model))
            }
            if results.contains(where: \.created) { try indexes.refreshRejections(of: character.id) }
            return results
        }
    }

    public func rejections(after: Int64 = 0, limit: Int = .max) throws(RegistryError) -> [Rejection] {
        try database().all(
            Rejection.query + " WHERE r.id > $1 ORDER BY r.id LIMIT $2", [.integer(after), .integer(limit)],
            Rejection.init(row:))
    }

    public func rejectionCount() throws(RegistryError) -> Int {
        try database().first("SELECT count(*) FROM rejections") { $0.int(0) } ?? 0
    }

    @discardableResult
    public func removeRejection(_ id: Int64) throws(RegistryError) -> Rejection {
        try change { (database, indexes) throws(RegistryError) in
            let found = try database.first(Rejection.query + " WHERE r.id = $1", [.integer(id)]) {
                row throws(RegistryError) in (rejection: try Rejection(row: row), character: row.integer(5))
            }
            guard let found else { throw RegistryError(.rejectionNotFound, "there is no rejection \(id)") }
            try database.run("DELETE FROM all_rejections WHERE id = $1", [.integer(id)])
            try database.record(
                "rejection.remove", subject: String(id),
                detail: ["character": found.rejection.character, "sha256": found.rejection.sha256])
            try indexes.refreshRejections(of: found.character)
            return found.rejection
        }
    }

    public func rejectionsWithoutEmbedding(
        model identity: String, after: Int64?, limit: Int
    ) throws(RegistryError) -> [PendingImage] {
        try database().pending(
            "rejection", embeddings: "rejection_embeddings", model: identity, after: after, limit: limit)
    }

    @discardableResult
    public func storeRejectionEmbeddings(
        model identity: String, _ embeddings: [(rejectionID: Int64, vector: [Float])]
    ) throws(RegistryError) -> Int {
        try change { (database, indexes) throws(RegistryError) in
            let model = try database.existingModel(identity: identity)
            var stored = 0
            for (id, vector) in embeddings {
                try model.check(vector, of: "the rejected picture \(id)")
                stored += try database.store(vector, ofRejection: id, model: model)
            }
            if stored > 0, model.record.active { try indexes.reload(.rejections) }
            return stored
        }
    }

    public nonisolated func rejected(
        embedding: [Float], key: PictureKey, model identity: String
    ) -> [String: Int64] {
        indexes.rejections.rejected(embedding: embedding, key: key, model: identity)
    }
}

extension Rejection {
    static let query = """
        SELECT r.id, c.name, r.sha256, r.source, r.added_at, r.character, r.box
        FROM rejections r JOIN characters c ON c.id = r.character
        """

    init(row: Row) throws(RegistryError) {
        self.init(
            id: row.integer(0), character: row.text(1), sha256: row.text(2), source: row.text(3), addedAt: row.date(4),
            box: try row.box(6))
    }
}

extension Connection {
    /// Stores one rejection inside a transaction; everything is validated already.
    /// - Throws: `imageEnrolled`.
    func reject(
        _ image: NewImage, as character: CharacterSummary, model: StoredModel
    ) throws(RegistryError) -> RejectImages.Result {
        if let twin = try images(coincidingWith: image.key).first(where: { $0.characterID == character.id }) {
            throw RegistryError(
                .imageEnrolled,
                "'\(character.name)' is enrolled with this very picture, as image \(twin.image.id); remove that image first"
            )
        }
        if let known = try rejections(of: image.key, character: character.id).first {
            return RejectImages.Result(rejection: known, created: false)
        }
        let now = Date()
        let id = try insert(
            "INSERT INTO all_rejections (character, sha256, source, added_at, box) VALUES ($1, $2, $3, $4, $5)",
            [.integer(character.id), .text(image.sha256), .text(image.source), .time(now), .box(image.box)])
        try run("INSERT INTO rejection_files (rejection, bytes) VALUES ($1, $2)", [.integer(id), .blob(image.bytes)])
        _ = try store(image.embedding, ofRejection: id, model: model)
        try record(
            "rejection.add", subject: String(id), detail: ["character": character.name, "sha256": image.sha256])
        let rejection = Rejection(
            id: id, character: character.name, sha256: image.sha256, source: image.source, addedAt: now,
            box: image.box)
        return RejectImages.Result(rejection: rejection, created: true)
    }

    /// - Returns: 1, or 0 when the rejection is gone.
    func store(_ vector: [Float], ofRejection id: Int64, model: StoredModel) throws(RegistryError) -> Int {
        try run(
            """
            INSERT INTO rejection_embeddings (rejection, model, vector) SELECT id, $1, $2 FROM rejections WHERE id = $3
            ON CONFLICT (rejection, model) DO UPDATE SET vector = excluded.vector
            """,
            [.integer(model.id), .vector(vector), .integer(id)])
        return changes
    }

    /// The rejections of a face for a character, oldest first.
    func rejections(of key: PictureKey, character: Int64) throws(RegistryError) -> [Rejection] {
        try all(
            Rejection.query + " WHERE r.character = $1 AND r.sha256 = $2 ORDER BY r.id",
            [.integer(character), .text(key.sha256)], Rejection.init(row:)
        ).filter { $0.key.coincides(with: key) }
    }

    /// Removes the rejections of a face for a character that it is enrolled under now: the newer decision counts.
    func withdrawRejections(of key: PictureKey, character: CharacterSummary) throws(RegistryError) {
        let rejections = try rejections(of: key, character: character.id)
        for rejection in rejections { try run("DELETE FROM all_rejections WHERE id = $1", [.integer(rejection.id)]) }
        guard !rejections.isEmpty else { return }
        try record("rejection.withdraw", subject: character.name, detail: ["sha256": key.sha256])
    }
}
