import API

/// A character's prototype under the active model.
public struct PrototypeRecord: Sendable, Equatable {
    public let characterID: Int64
    /// Identity of the model whose embeddings it is made of.
    public let model: String
    /// How supports become a prototype; `mean` is the paper's (section 2.5).
    public let head: String
    public let vector: [Float]
    /// Number of supports.
    public let count: Int
    /// Root mean squared distance of the supports to the prototype.
    public let spread: Double

    public init(characterID: Int64, model: String, head: String, vector: [Float], count: Int, spread: Double) {
        self.characterID = characterID
        self.model = model
        self.head = head
        self.vector = vector
        self.count = count
        self.spread = spread
    }
}

/// What a rebuild of prototypes went over.
public struct RebuildResult: Sendable, Equatable {
    /// Characters that have a prototype now.
    public let characters: Int
    /// Supports that these are made of.
    public let images: Int

    public init(characters: Int, images: Int) {
        self.characters = characters
        self.images = images
    }
}

/// Embeddings and the prototypes made of them: all that can be computed again from images and a model.
public protocol PrototypeStore: Sendable {
    /// A page of the images that have no embedding of a model yet, in the order of their numbers.
    /// - Parameter after: the last number of the page before, or nil.
    /// - Throws: `modelNotFound`.
    func imagesWithoutEmbedding(
        model identity: String, after: Int64?, limit: Int
    ) async throws(RegistryError) -> [PendingImage]

    /// Stores embeddings of a model, active or not, in one transaction. Images that were removed meanwhile are skipped.
    /// - Returns: how many were stored.
    /// - Throws: `modelNotFound`, `dimensionMismatch`, `invalidVector`; none is stored then.
    @discardableResult
    func storeEmbeddings(
        model identity: String, _ embeddings: [(imageID: Int64, vector: [Float])]
    ) async throws(RegistryError) -> Int

    /// How far the embedding by a model is.
    /// - Throws: `modelNotFound`.
    func embeddingCounts(model identity: String) async throws(RegistryError) -> EmbeddingCounts

    /// Computes the active model's prototypes again from its embeddings.
    /// - Parameter character: one character's name, or nil for all.
    /// - Throws: `invalidName`, `characterNotFound`, `modelNotActive` when no model is active.
    func rebuildPrototypes(character: String?) async throws(RegistryError) -> RebuildResult

    /// A character's prototype under the active model; nil when it has no images or no model is active.
    /// - Throws: `invalidName`, `characterNotFound`.
    func prototype(of character: String) async throws(RegistryError) -> PrototypeRecord?

    /// The prototypes nearest to each query.
    /// - Parameters:
    ///   - queries: embeddings made by `model`.
    ///   - model: identity of the active model; vectors of two models are never compared.
    ///   - top: the most neighbours a query gets.
    ///   - temperature: T > 0 of the softmax over −distance / T.
    /// - Returns: for each query its neighbours, nearest first; equal distances in the order of the characters' numbers.
    /// - Throws: `modelNotActive`, `dimensionMismatch`, `invalidVector`.
    func search(
        queries: [[Float]], model identity: String, top: Int, temperature: Float
    ) async throws(RegistryError) -> [[Neighbor]]

    /// All characters that have supports, with the embeddings of these: what a classifier is fitted on.
    /// - Parameter limit: where there are more images, only some characters are read, evenly spread, with about so many; nil for all.
    /// - Throws: `modelNotActive`.
    func support(model identity: String, atMost limit: Int?) async throws(RegistryError) -> Support

    /// The same images as two models see them; those that the shadow has no vector of yet are left out.
    /// - Parameters:
    ///   - shadow: identity of another model than the active one, or of the active one itself.
    ///   - limit: as for ``support(model:atMost:)``.
    /// - Throws: `modelNotActive`, `modelNotFound`.
    func supports(
        model identity: String, shadow: String, atMost limit: Int?
    ) async throws(RegistryError) -> (active: Support, shadow: Support)

    /// One character's supports; it may have none.
    /// - Throws: `invalidName`, `characterNotFound`, `modelNotActive`.
    func support(of character: String, model identity: String) async throws(RegistryError) -> Support.Character

    /// How many supports each character has that has any: what ``support(model:)`` would cost.
    /// - Throws: `modelNotActive`.
    func supportSizes(model identity: String) async throws(RegistryError) -> [Int]

    /// Grows with every change that ``support(model:)`` shows, before the change is acknowledged. Reading it waits for nothing.
    var supportRevision: Int { get }

    /// The names of all characters that have supports, in no order. Reading them waits for no change.
    var enrolledNames: [String] { get }

    /// The support images that are nearest to a query, nearest first: the evidence of an answer. Waits for no change, and reads every
    /// embedding that it compares.
    /// - Parameter name: of the character whose images are compared; nil for everybody's.
    /// - Throws: `modelNotActive`, `dimensionMismatch`, `invalidVector`. A character that is gone has no supports.
    func nearestSupports(
        to query: [Float], ofCharacter name: String?, model identity: String, limit: Int
    ) async throws(RegistryError) -> [NearSupport]
}

extension PrototypeStore {
    /// All characters that have supports; see ``support(model:atMost:)``.
    public func support(model identity: String) async throws(RegistryError) -> Support {
        try await support(model: identity, atMost: nil)
    }
}

extension Registry: PrototypeStore {
    public func rebuildPrototypes(character: String?) throws(RegistryError) -> RebuildResult {
        guard let character else { return try rebuildAllPrototypes() }
        let name = try RegistryName.validated(character)
        let database = try database()
        let (id, prototype) = try database.transaction { () throws(RegistryError) in
            guard let model = try database.activeModel() else { throw RegistryError.noActiveModel }
            let character = try database.existingCharacter(named: name)
            let prototype = try database.refreshPrototype(of: character.id, model: model)
            try database.record("prototypes.rebuild", subject: name)
            return (character.id, prototype)
        }
        index.set(character: id, name: name, prototype: prototype)
        return RebuildResult(characters: prototype == nil ? 0 : 1, images: prototype?.count ?? 0)
    }

    private func rebuildAllPrototypes() throws(RegistryError) -> RebuildResult {
        let database = try database()
        let result = try database.transaction { () throws(RegistryError) in
            guard let model = try database.activeModel() else { throw RegistryError.noActiveModel }
            let result = try database.refreshAllPrototypes(model: model)
            try database.record(
                "prototypes.rebuild", subject: "*", detail: ["characters": result.characters, "images": result.images])
            return result
        }
        try index.load(from: database)
        return result
    }

    public func prototype(of character: String) throws(RegistryError) -> PrototypeRecord? {
        let name = try RegistryName.validated(character)
        let database = try database()
        let character = try database.existingCharacter(named: name)
        guard let model = try database.activeModel() else { return nil }
        return try database.first(
            "SELECT vector, count, spread, head FROM prototypes WHERE character = ? AND model = ? AND head = ?",
            [.integer(character.id), .integer(model.id), .text(Prototype.head)]
        ) { row throws(RegistryError) in
            PrototypeRecord(
                characterID: character.id, model: model.record.identity, head: row.text(3),
                vector: try row.vector(0, dimensions: model.record.dimensions), count: row.int(1), spread: row.real(2))
        }
    }

    public nonisolated func search(
        queries: [[Float]], model identity: String, top: Int, temperature: Float
    ) throws(RegistryError) -> [[Neighbor]] {
        try index.search(queries: queries, model: identity, top: top, temperature: temperature)
    }
}

extension Connection {
    /// Computes a character's prototype from its stored embeddings and stores it, or removes it when there are none.
    func refreshPrototype(of character: Int64, model: StoredModel) throws(RegistryError) -> Prototype? {
        // In the order of the images' numbers, as refreshAllPrototypes has them: the two agree to the last bit.
        guard let prototype = Prototype(mean: try supports(of: character, model: model)) else {
            try run("DELETE FROM prototypes WHERE character = ?", [.integer(character)])
            return nil
        }
        try store(prototype, of: character, model: model)
        return prototype
    }

    /// A character's embeddings, in the order of the images' numbers.
    func supports(of character: Int64, model: StoredModel) throws(RegistryError) -> [[Float]] {
        try all(
            """
            SELECT e.vector FROM images i CROSS JOIN embeddings e ON e.image = i.id AND e.model = ?
            WHERE i.character = ? ORDER BY i.id
            """,
            [.integer(model.id), .integer(character)]
        ) { row throws(RegistryError) in try row.vector(0, dimensions: model.record.dimensions) }
    }

    /// Replaces all prototypes, whichever model's they are, by those of one model.
    func refreshAllPrototypes(model: StoredModel) throws(RegistryError) -> RebuildResult {
        try run("DELETE FROM prototypes")
        var characters = 0
        var images = 0
        try forEachSupport(of: model) { character, _, supports throws(RegistryError) in
            guard let prototype = Prototype(mean: supports) else { return }
            try store(prototype, of: character, model: model)
            characters += 1
            images += prototype.count
        }
        return RebuildResult(characters: characters, images: images)
    }

    /// Visits the characters that have embeddings of a model, in the order of their numbers, each with its images and their
    /// embeddings in the order of the images' numbers.
    func forEachSupport(
        of model: StoredModel,
        _ body: (_ character: Int64, _ images: [Int64], _ supports: [[Float]]) throws(RegistryError) -> Void
    ) throws(RegistryError) {
        var current: Int64?
        var images: [Int64] = []
        var supports: [[Float]] = []
        func finish() throws(RegistryError) {
            guard let current else { return }
            try body(current, images, supports)
            images.removeAll(keepingCapacity: true)
            supports.removeAll(keepingCapacity: true)
        }
        // CROSS JOIN keeps SQLite to this order of loops, which walks an index and needs no sorting.
        try run(
            """
            SELECT i.character, e.vector, i.id
            FROM images i CROSS JOIN embeddings e ON e.image = i.id AND e.model = ? ORDER BY i.character, i.id
            """, [.integer(model.id)]
        ) { row throws(RegistryError) in
            if current != row.integer(0) {
                try finish()
                current = row.integer(0)
            }
            images.append(row.integer(2))
            supports.append(try row.vector(1, dimensions: model.record.dimensions))
        }
        try finish()
    }

    private func store(_ prototype: Prototype, of character: Int64, model: StoredModel) throws(RegistryError) {
        try run(
            """
            INSERT INTO prototypes (character, model, head, vector, count, spread) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (character, model, head)
            DO UPDATE SET vector = excluded.vector, count = excluded.count, spread = excluded.spread
            """,
            [
                .integer(character), .integer(model.id), .text(Prototype.head), .vector(prototype.vector),
                .integer(prototype.count), .real(prototype.spread),
            ])
    }
}
