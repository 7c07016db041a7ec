import API
public import Foundation

/// That a picture is not of a character, as the owner said.
public struct RejectionRecord: Sendable, Equatable {
    /// Never reused, not even after removal.
    public let id: Int64
    public let characterID: Int64
    public let characterName: String
    /// SHA-256 of the picture's bytes, hexadecimal.
    public let sha256: String
    /// Where the picture came from, as the user gave it.
    public let source: String
    public let addedAt: Date

    public init(
        id: Int64, characterID: Int64, characterName: String, sha256: String, source: String, addedAt: Date
    ) {
        self.id = id
        self.characterID = characterID
        self.characterName = characterName
        self.sha256 = sha256
        self.source = source
        self.addedAt = addedAt
    }
}

/// What a rejection did: nothing new where the picture was rejected already.
public struct RejectionResult: Sendable, Equatable {
    public let rejection: RejectionRecord
    public let created: Bool

    public init(rejection: RejectionRecord, created: Bool) {
        self.rejection = rejection
        self.created = created
    }
}

/// Pictures that are not of some character, as the owner said: answers do not name it for them.
public protocol RejectionStore: Sendable {
    /// Remembers that pictures are not of a character, all in one transaction. One that is rejected already stays as it is.
    /// - Parameters:
    ///   - images: with embeddings of `model`.
    ///   - model: identity of the model that made the embeddings; must be the active one.
    /// - Throws: `invalidName`, `characterNotFound`, `imageEnrolled` when the character is enrolled with the very picture,
    ///   `modelNotActive`, `dimensionMismatch`, `invalidVector`; nothing is stored then.
    func reject(
        character: String, images: [NewImage], model: String
    ) async throws(RegistryError) -> [RejectionResult]

    /// All rejections, oldest first.
    func rejections() async throws(RegistryError) -> [RejectionRecord]

    func rejectionCount() async throws(RegistryError) -> Int

    /// Forgets a rejection.
    /// - Returns: the rejection as it was.
    /// - Throws: `rejectionNotFound`.
    @discardableResult
    func removeRejection(_ id: Int64) async throws(RegistryError) -> RejectionRecord

    /// A page of the rejected pictures that have no embedding of a model yet, in the order of the rejections' numbers.
    /// - Throws: `modelNotFound`.
    func rejectionsWithoutEmbedding(
        model identity: String, after: Int64?, limit: Int
    ) async throws(RegistryError) -> [PendingImage]

    /// Stores embeddings of rejected pictures in one transaction. Rejections that were removed meanwhile are skipped.
    /// - Returns: how many were stored.
    /// - Throws: `modelNotFound`, `dimensionMismatch`, `invalidVector`; none is stored then.
    @discardableResult
    func storeRejectionEmbeddings(
        model identity: String, _ embeddings: [(rejectionID: Int64, vector: [Float])]
    ) async throws(RegistryError) -> Int

    /// Whom a picture is not, by what was rejected: the characters' names, each with the rejection that says so. ``RejectionIndex``
    /// has the rule. Waits for no change.
    func rejected(embedding: [Float], sha256: String, model identity: String) -> [String: Int64]
}

extension Registry: RejectionStore {
    public func reject(
        character: String, images: [NewImage], model identity: String
    ) throws(RegistryError) -> [RejectionResult] {
        let name = try RegistryName.validated(character)
        let database = try database()
        let (id, results) = try database.transaction { () throws(RegistryError) in
            let model = try database.activeModel(identity: identity)
            let character = try database.existingCharacter(named: name)
            var results: [RejectionResult] = []
            for (index, image) in images.enumerated() {
                try model.check(image.embedding, of: "image \(index + 1) of the request")
                results.append(try database.reject(image, as: character, model: model))
            }
            return (character.id, results)
        }
        if results.contains(where: \.created) { try refreshRejections(of: id) }
        return results
    }

    public func rejections() throws(RegistryError) -> [RejectionRecord] {
        try database().all(RejectionRecord.query + " ORDER BY r.id", [], RejectionRecord.init(row:))
    }

    public func rejectionCount() throws(RegistryError) -> Int {
        try database().first("SELECT count(*) FROM rejections") { $0.int(0) } ?? 0
    }

    @discardableResult
    public func removeRejection(_ id: Int64) throws(RegistryError) -> RejectionRecord {
        let database = try database()
        let rejection = try database.transaction { () throws(RegistryError) in
            let found = try database.first(
                RejectionRecord.query + " WHERE r.id = ?", [.integer(id)], RejectionRecord.init(row:))
            guard let found else { throw RegistryError(.rejectionNotFound, "there is no rejection \(id)") }
            try database.run("DELETE FROM rejections WHERE id = ?", [.integer(id)])
            try database.record(
                "rejection.remove", subject: String(id),
                detail: ["character": found.characterName, "sha256": found.sha256])
            return found
        }
        try refreshRejections(of: rejection.characterID)
        return rejection
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
        let database = try database()
        let (stored, isActive) = try database.transaction { () throws(RegistryError) in
            let model = try database.existingModel(identity: identity)
            var stored = 0
            for (id, vector) in embeddings {
                try model.check(vector, of: "the rejected picture \(id)")
                stored += try database.store(vector, ofRejection: id, model: model)
            }
            return (stored, model.record.active)
        }
        if isActive, stored > 0 { try rejectionIndex.load(from: database) }
        return stored
    }

    public nonisolated func rejected(
        embedding: [Float], sha256: String, model identity: String
    ) -> [String: Int64] {
        rejectionIndex.rejected(embedding: embedding, sha256: sha256, model: identity)
    }

    /// Brings what is in memory of a character's rejections up to date: after a change of them, of its supports or of its name.
    func refreshRejections(of character: Int64) throws(RegistryError) {
        try rejectionIndex.refresh(character: character, from: database())
    }
}

extension RejectionRecord {
    static let query = """
        SELECT r.id, r.character, c.name, r.sha256, r.source, r.added_at
        FROM rejections r JOIN characters c ON c.id = r.character
        """

    init(row: Row) {
        self.init(
            id: row.integer(0), characterID: row.integer(1), characterName: row.text(2), sha256: row.text(3),
            source: row.text(4), addedAt: row.date(5))
    }
}

extension Connection {
    /// Remembers one rejection, inside a transaction and with everything validated.
    /// - Throws: `imageEnrolled`.
    func reject(
        _ image: NewImage, as character: CharacterRecord, model: StoredModel
    ) throws(RegistryError) -> RejectionResult {
        if let twin = try images(sha256: image.sha256).first(where: { $0.characterID == character.id }) {
            throw RegistryError(
                .imageEnrolled,
                "'\(character.name)' is enrolled with this very picture, as image \(twin.id); remove that image first")
        }
        let known = try first(
            RejectionRecord.query + " WHERE r.character = ? AND r.sha256 = ?",
            [.integer(character.id), .text(image.sha256)], RejectionRecord.init(row:))
        if let known { return RejectionResult(rejection: known, created: false) }
        let now = Date()
        try run(
            "INSERT INTO rejections (character, sha256, source, added_at) VALUES (?, ?, ?, ?)",
            [.integer(character.id), .text(image.sha256), .text(image.source), .time(now)])
        let id = lastInsertedID
        try run("INSERT INTO rejection_files (rejection, bytes) VALUES (?, ?)", [.integer(id), .blob(image.bytes)])
        _ = try store(image.embedding, ofRejection: id, model: model)
        try record(
            "rejection.add", subject: String(id), detail: ["character": character.name, "sha256": image.sha256])
        let record = RejectionRecord(
            id: id, characterID: character.id, characterName: character.name, sha256: image.sha256,
            source: image.source, addedAt: now)
        return RejectionResult(rejection: record, created: true)
    }

    /// - Returns: 1, or 0 when the rejection is gone.
    func store(_ vector: [Float], ofRejection id: Int64, model: StoredModel) throws(RegistryError) -> Int {
        try run(
            """
            INSERT INTO rejection_embeddings (rejection, model, vector) SELECT id, ?, ? FROM rejections WHERE id = ?
            ON CONFLICT (rejection, model) DO UPDATE SET vector = excluded.vector
            """,
            [.integer(model.id), .vector(vector), .integer(id)])
        return changes
    }

    /// Forgets that a picture was rejected for a character: it is enrolled now, which is the owner's newer word.
    func withdrawRejection(sha256: String, character: CharacterRecord) throws(RegistryError) {
        try run(
            "DELETE FROM rejections WHERE character = ? AND sha256 = ?", [.integer(character.id), .text(sha256)])
        guard changes > 0 else { return }
        try record("rejection.withdraw", subject: character.name, detail: ["sha256": sha256])
    }
}
