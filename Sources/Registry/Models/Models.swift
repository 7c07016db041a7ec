public import Foundation

/// A model as the registry stores it, without its bytes.
public struct ModelRecord: Sendable, Equatable {
    /// SHA-256 of the model file, hexadecimal.
    public let identity: String
    /// Unique; the rules of characters' names hold.
    public let name: String
    public let architecture: String
    /// The length of its embeddings.
    public let dimensions: Int
    public let byteCount: Int
    public let addedAt: Date
    /// Whether this is the model that answers; at most one is.
    public let active: Bool
    /// JSON, as the caller gave it.
    public let metadata: String

    public init(
        identity: String, name: String, architecture: String, dimensions: Int, byteCount: Int, addedAt: Date,
        active: Bool, metadata: String
    ) {
        self.identity = identity
        self.name = name
        self.architecture = architecture
        self.dimensions = dimensions
        self.byteCount = byteCount
        self.addedAt = addedAt
        self.active = active
        self.metadata = metadata
    }
}

/// Models: what turns an image into a vector.
public protocol ModelStore: Sendable {
    /// All models, in the order of their names.
    func models() async throws(RegistryError) -> [ModelRecord]

    /// - Throws: `invalidName`, `modelNotFound`.
    func model(named name: String) async throws(RegistryError) -> ModelRecord

    /// The model that answers, or nil before the first is activated.
    func activeModel() async throws(RegistryError) -> ModelRecord?

    /// Stores a model and its file. It answers once it is activated.
    /// - Parameters:
    ///   - identity: SHA-256 of `bytes`, hexadecimal. The registry trusts it.
    ///   - dimensions: the length of its embeddings, positive.
    ///   - metadata: JSON, stored as it is.
    /// - Throws: `invalidName`, `modelExists` when the identity or the name is taken.
    func importModel(
        identity: String, name: String, architecture: String, dimensions: Int, metadata: String, bytes: Data
    ) async throws(RegistryError) -> ModelRecord

    /// The model's file.
    /// - Throws: `modelNotFound`.
    func modelBytes(identity: String) async throws(RegistryError) -> Data

    /// Removes a model with its file and embeddings.
    /// - Returns: the model as it was.
    /// - Throws: `invalidName`, `modelNotFound`, `modelInUse` when it is the active one.
    @discardableResult
    func removeModel(named name: String) async throws(RegistryError) -> ModelRecord

    /// Makes a model the one that answers: its prototypes are computed from its embeddings and take the place of the
    /// former model's in one transaction. The former model's embeddings stay for a rollback; those of all others are removed.
    /// - Parameter keeping: keys of settings that go with a model: their values are kept for a rollback.
    /// - Throws: `modelNotFound`, `embeddingsMissing`; the former model stays active then.
    func activateModel(identity: String, keeping: [String]) async throws(RegistryError) -> RebuildResult

    /// The model that answered before the active one; nil when there is none to go back to.
    func formerModel() async throws(RegistryError) -> FormerModel?

    /// Makes the former model the one that answers, with the settings that went with it, in one transaction. The model that
    /// answered until now becomes the former one.
    /// - Parameter keeping: as for ``activateModel(identity:keeping:)``.
    /// - Throws: `modelNotFound`, `embeddingsMissing`; nothing has changed then.
    func rollBackModel(to former: FormerModel, keeping: [String]) async throws(RegistryError) -> RebuildResult
}

extension Registry: ModelStore {
    public func models() throws(RegistryError) -> [ModelRecord] {
        try database().all(StoredModel.query + " ORDER BY name", [], StoredModel.init(row:)).map(\.record)
    }

    public func model(named name: String) throws(RegistryError) -> ModelRecord {
        try database().existingModel(named: RegistryName.validated(name)).record
    }

    public func activeModel() throws(RegistryError) -> ModelRecord? {
        try database().activeModel()?.record
    }

    public func importModel(
        identity: String, name: String, architecture: String, dimensions: Int, metadata: String, bytes: Data
    ) throws(RegistryError) -> ModelRecord {
        precondition(dimensions > 0, "a model has at least one dimension")
        let name = try RegistryName.validated(name)
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            try KeptFile.model.checkIsNew(identity: identity, name: name, in: database)
            try database.run(
                """
                INSERT INTO models (identity, name, architecture, dimensions, byte_count, metadata, added_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(identity), .text(name), .text(architecture), .integer(dimensions), .integer(bytes.count),
                    .text(metadata), .time(Date()),
                ])
            try KeptFile.model.store(bytes, in: database)
            try database.record("model.import", subject: name, detail: ["identity": identity])
            return try database.existingModel(identity: identity).record
        }
    }

    public func modelBytes(identity: String) throws(RegistryError) -> Data {
        try KeptFile.model.bytes(identity: identity, in: database())
    }

    @discardableResult
    public func removeModel(named name: String) throws(RegistryError) -> ModelRecord {
        let name = try RegistryName.validated(name)
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            let model = try database.existingModel(named: name)
            guard !model.record.active else {
                throw RegistryError(.modelInUse, "'\(name)' is the active model; use another one first")
            }
            try database.run("DELETE FROM models WHERE id = ?", [.integer(model.id)])
            try database.record("model.remove", subject: name, detail: ["identity": model.record.identity])
            return model.record
        }
    }
}
