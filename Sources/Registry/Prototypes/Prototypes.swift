public import API
public import Statistics

/// What a rebuild of prototypes covered.
public struct RebuildResult: Sendable, Equatable {
    /// Characters that have a prototype now.
    public let characters: Int
    /// Images that these prototypes are made of.
    public let images: Int

    public init(characters: Int, images: Int) {
        self.characters = characters
        self.images = images
    }
}

/// Embeddings and the prototypes made of them: what can be computed again from images and a model.
public protocol PrototypeStore: Sendable {
    /// A page of the images that have no embedding of a model yet, in the order of their numbers.
    /// - Parameter after: the last number of the page before, or nil.
    /// - Throws: `modelNotFound`.
    func imagesWithoutEmbedding(
        model identity: String, after: Int64?, limit: Int
    ) async throws(RegistryError) -> [PendingImage]

    /// Stores embeddings of a model, active or not, in one transaction. It skips images that are gone.
    /// - Returns: how many were stored.
    /// - Throws: `modelNotFound`, `dimensionMismatch`, `invalidVector`. An error stores nothing.
    @discardableResult
    func storeEmbeddings(
        model identity: String, _ embeddings: [(imageID: Int64, vector: [Float])]
    ) async throws(RegistryError) -> Int

    /// How many images a model has embedded, of how many.
    /// - Throws: `modelNotFound`.
    func embeddingCounts(model identity: String) async throws(RegistryError) -> EmbeddingCounts

    /// Computes the active model's prototypes and the characters' appearances again from its embeddings.
    /// - Parameter character: one character's name, or nil for all.
    /// - Throws: `invalidName`, `characterNotFound`, `modelNotActive` when no model is active.
    func rebuildPrototypes(character: String?) async throws(RegistryError) -> RebuildResult

    /// A character's prototype under the active model; nil when it has no images or no model is active.
    /// - Throws: `invalidName`, `characterNotFound`.
    func prototype(of character: String) async throws(RegistryError) -> PrototypeSummary?

    /// The prototypes nearest to each query.
    /// - Parameters:
    ///   - queries: embeddings made by `model`.
    ///   - model: identity of the active model; vectors of two models are never compared.
    ///   - top: the most neighbors of one query.
    ///   - temperature: T > 0 of the softmax over −distance / T.
    /// - Returns: for each query its neighbors, nearest first. Equal distances come in the order of the characters' numbers.
    /// - Throws: `modelNotActive`, `dimensionMismatch`, `invalidVector`.
    func search(
        queries: [[Float]], model identity: String, top: Int, temperature: Float
    ) async throws(RegistryError) -> [[Neighbor]]

    /// The characters that each query most probably shows.
    /// - Parameters:
    ///   - queries: embeddings made by `model`.
    ///   - model: identity of the active model.
    ///   - top: the most characters named for one query.
    ///   - covariance: gives the probabilities.
    ///   - asked: the number of independent pictures that each query is the mean of, at least 1.
    /// - Returns: for each query, the likeliest character first. Equally likely ones come in the order of their numbers.
    /// - Throws: `modelNotActive`, `dimensionMismatch`, `invalidVector`.
    func likely(
        queries: [[Float]], model identity: String, top: Int, given covariance: TwoCovariance, asked: Double
    ) async throws(RegistryError) -> [LikelyCharacters]

    /// All characters that have images, with the images' embeddings: what a head is fitted on.
    /// - Parameter limit: if there are more images, only some characters are read, evenly spread, with about so many images; nil
    ///   for all.
    /// - Throws: `modelNotActive`.
    func support(model identity: String, atMost limit: Int?) async throws(RegistryError) -> Support

    /// The embeddings of the same images by two models, without images that the shadow has not embedded yet.
    /// - Parameters:
    ///   - shadow: identity of another model than the active one, or of the active one itself.
    ///   - limit: as for ``support(model:atMost:)``.
    /// - Throws: `modelNotActive`, `modelNotFound`.
    func supports(
        model identity: String, shadow: String, atMost limit: Int?
    ) async throws(RegistryError) -> (active: Support, shadow: Support)

    /// The embeddings of one character's images; it may have none.
    /// - Throws: `invalidName`, `characterNotFound`, `modelNotActive`.
    func support(of character: String, model identity: String) async throws(RegistryError) -> Support.Character

    /// How many images each character has, without characters that have none: the cost of ``support(model:)``.
    /// - Throws: `modelNotActive`.
    func supportSizes(model identity: String) async throws(RegistryError) -> [Int]

    /// Grows with every change that ``support(model:)`` shows, before the change returns. Reading it never waits.
    var supportRevision: Int { get }

    /// The names of all characters that have images, in no order. Reading them never waits for a change.
    var enrolledNames: [String] { get }

    /// The images that are nearest to a query, nearest first: the evidence of an answer. It never waits for a change, and reads
    /// every embedding that it compares.
    /// - Parameter name: of the character whose images are compared; nil for all characters.
    /// - Throws: `modelNotActive`, `dimensionMismatch`, `invalidVector`. A character that is gone has no images.
    func nearestSupports(
        to query: [Float], ofCharacter name: String?, model identity: String, limit: Int
    ) async throws(RegistryError) -> [SimilarImage]
}

extension PrototypeStore {
    /// All characters that have images; see ``support(model:atMost:)``.
    public func support(model identity: String) async throws(RegistryError) -> Support {
        try await support(model: identity, atMost: nil)
    }
}

extension Registry: PrototypeStore {
    public func rebuildPrototypes(character: String?) throws(RegistryError) -> RebuildResult {
        guard let character else { return try rebuildAllPrototypes() }
        let name = try RegistryName.validated(character)
        return try change { (database, indexes) throws(RegistryError) in
            guard let model = try database.activeModel() else { throw RegistryError.noActiveModel }
            let character = try database.existingCharacter(named: name)
            let prototype = try database.refreshPrototype(of: character.id, model: model)
            try database.record("prototypes.rebuild", subject: character.name)
            try indexes.set(character: character.id, name: character.name, prototype: prototype)
            return RebuildResult(characters: prototype == nil ? 0 : 1, images: prototype?.count ?? 0)
        }
    }

    private func rebuildAllPrototypes() throws(RegistryError) -> RebuildResult {
        try change { (database, indexes) throws(RegistryError) in
            guard let model = try database.activeModel() else { throw RegistryError.noActiveModel }
            let result = try database.refreshAllPrototypes(model: model)
            try database.record(
                "prototypes.rebuild", subject: "*", detail: ["characters": result.characters, "images": result.images])
            try indexes.reload(.prototypes)
            return result
        }
    }

    public func prototype(of character: String) throws(RegistryError) -> PrototypeSummary? {
        let database = try database()
        let character = try database.existingCharacter(named: RegistryName.validated(character))
        guard let model = try database.activeModel() else { return nil }
        let appearances = try database.all(
            "SELECT count FROM appearances WHERE character = $1 AND model = $2 ORDER BY number",
            [.integer(character.id), .integer(model.id)]
        ) { $0.int(0) }
        return try database.first(
            "SELECT count, spread FROM prototypes WHERE character = $1 AND model = $2 AND head = $3",
            [.integer(character.id), .integer(model.id), .text(Prototype.head)]
        ) {
            PrototypeSummary(
                count: $0.int(0), spread: $0.real(1), appearances: appearances.isEmpty ? [$0.int(0)] : appearances)
        }
    }

    public nonisolated func search(
        queries: [[Float]], model identity: String, top: Int, temperature: Float
    ) throws(RegistryError) -> [[Neighbor]] {
        try indexes.prototypes.search(queries: queries, model: identity, top: top, temperature: temperature)
    }

    public nonisolated func likely(
        queries: [[Float]], model identity: String, top: Int, given covariance: TwoCovariance, asked: Double = 1
    ) throws(RegistryError) -> [LikelyCharacters] {
        try indexes.prototypes.likely(queries: queries, model: identity, top: top, given: covariance, asked: asked)
    }
}

extension Connection {
    /// Computes a character's prototype and its appearances from its stored embeddings and stores them, or removes them when there are none.
    func refreshPrototype(of character: Int64, model: StoredModel) throws(RegistryError) -> Prototype? {
        // The order of the images' numbers, as in refreshAllPrototypes, makes both agree to the last bit.
        let supports = try supports(of: character, model: model)
        guard let prototype = Prototype(mean: supports, grouping: try model.grouping()) else {
            try run("DELETE FROM prototypes WHERE character = $1", [.integer(character)])
            return nil
        }
        try store(prototype, of: character, model: model)
        return prototype
    }

    /// A character's embeddings, in the order of the images' numbers.
    func supports(of character: Int64, model: StoredModel) throws(RegistryError) -> [[Float]] {
        try all(
            """
            SELECT e.vector FROM images i CROSS JOIN embeddings e ON e.image = i.id AND e.model = $1
            WHERE i.character = $2 ORDER BY i.id
            """,
            [.integer(model.id), .integer(character)]
        ) { row throws(RegistryError) in try row.vector(0, dimensions: model.record.dimensions) }
    }

    /// Replaces the prototypes of all models by those of one model.
    func refreshAllPrototypes(model: StoredModel) throws(RegistryError) -> RebuildResult {
        try run("DELETE FROM prototypes")
        let grouping = try model.grouping()
        var characters = 0
        var images = 0
        try forEachSupport(of: model) { character, _, supports throws(RegistryError) in
            guard let prototype = Prototype(mean: supports, grouping: grouping) else { return }
            try store(prototype, of: character, model: model)
            characters += 1
            images += prototype.count
        }
        return RebuildResult(characters: characters, images: images)
    }

    /// Visits the characters that have embeddings of a model in the order of their numbers. Images and embeddings come in the
    /// order of the images' numbers.
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
        // CROSS JOIN makes SQLite keep this order of loops, which walks an index and needs no sorting.
        try run(
            """
            SELECT i.character, e.vector, i.id
            FROM images i CROSS JOIN embeddings e ON e.image = i.id AND e.model = $1 ORDER BY i.character, i.id
            """, [.integer(model.id)], reading: .paged
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
            INSERT INTO prototypes (character, model, head, vector, count, spread) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (character, model, head)
            DO UPDATE SET vector = excluded.vector, count = excluded.count, spread = excluded.spread
            """,
            [
                .integer(character), .integer(model.id), .text(Prototype.head), .vector(prototype.vector),
                .integer(prototype.count), .real(prototype.spread),
            ])
        try run("DELETE FROM appearances WHERE character = $1", [.integer(character)])
        for (number, appearance) in prototype.appearances.enumerated() {
            try run(
                "INSERT INTO appearances (character, model, number, vector, count) VALUES ($1, $2, $3, $4, $5)",
                [
                    .integer(character), .integer(model.id), .integer(number), .vector(appearance.mean),
                    .integer(appearance.count),
                ])
        }
    }

    /// The means of all characters' appearances, by the characters' numbers; without those that have only one.
    func appearances(of model: StoredModel) throws(RegistryError) -> [Int64: [Appearance]] {
        var found: [Int64: [Appearance]] = [:]
        try run(
            "SELECT character, vector, count FROM appearances WHERE model = $1 ORDER BY character, number",
            [.integer(model.id)], reading: .streamed
        ) { row throws(RegistryError) in
            let vector = try row.vector(1, dimensions: model.record.dimensions)
            found[row.integer(0), default: []].append(Appearance(mean: vector, count: row.int(2)))
        }
        return found
    }

    /// The means of a character's appearances, the largest first; none if there is only one.
    func appearances(of character: Int64, model: StoredModel) throws(RegistryError) -> [Appearance] {
        try all(
            "SELECT vector, count FROM appearances WHERE character = $1 AND model = $2 ORDER BY number",
            [.integer(character), .integer(model.id)]
        ) { row throws(RegistryError) in
            Appearance(mean: try row.vector(0, dimensions: model.record.dimensions), count: row.int(1))
        }
    }
}
