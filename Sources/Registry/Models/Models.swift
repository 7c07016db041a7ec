public import API
public import Foundation

/// Models: each turns an image into a vector.
public protocol ModelStore: Sendable {
    /// All models, in the order of their names.
    func models() async throws(RegistryError) -> [ModelSummary]

    /// - Throws: `invalidName`, `modelNotFound`.
    func model(named name: String) async throws(RegistryError) -> ModelSummary

    /// The active model, which answers; nil before the first is activated.
    func activeModel() async throws(RegistryError) -> ModelSummary?

    /// Stores a model and its file. It does not answer before it is activated.
    /// - Parameters:
    ///   - identity: SHA-256 of `bytes`, hexadecimal. The registry trusts it.
    ///   - dimensions: the length of its embeddings, positive.
    ///   - metadata: a JSON object of strings, stored as it is. `radius`, `temperature` and `mirror` become the summary's.
    /// - Throws: `invalidName`, `modelExists` when the identity or the name is taken.
    func importModel(
        identity: String, name: String, architecture: String, dimensions: Int, metadata: String, bytes: Data
    ) async throws(RegistryError) -> ModelSummary

    /// The model's file.
    /// - Throws: `modelNotFound`.
    func modelBytes(identity: String) async throws(RegistryError) -> Data

    /// Removes a model with its file, its vectors and its calibration, in one transaction.
    /// - Returns: the model as it was.
    /// - Throws: `invalidName`, `modelNotFound`, `modelInUse` when it is the active model, the one kept for a rollback, one that a cast
    ///   pack has vectors of, or one that a job is changing to.
    @discardableResult
    func removeModel(named name: String) async throws(RegistryError) -> ModelSummary

    /// Makes a model the active one, in one transaction: the registry computes its prototypes from its embeddings and replaces
    /// those of the former model. It keeps the former model's embeddings for a rollback and removes those of all other models.
    /// - Parameter keeping: keys of settings that belong to a model: the registry keeps their values for a rollback.
    /// - Throws: `modelNotFound`, `embeddingsMissing`; the former model stays active then.
    func activateModel(identity: String, keeping: [String]) async throws(RegistryError) -> RebuildResult

    /// The model that was active before the active one; nil when there is none to go back to.
    func formerModel() async throws(RegistryError) -> FormerModel?

    /// Makes the former model active again and restores its settings, in one transaction. The model that was active until now
    /// becomes the former one.
    /// - Parameter keeping: as for ``activateModel(identity:keeping:)``.
    /// - Throws: `modelNotFound`, `embeddingsMissing`; nothing has changed then.
    func rollBackModel(to former: FormerModel, keeping: [String]) async throws(RegistryError) -> RebuildResult
}

extension Registry: ModelStore {
    public func models() throws(RegistryError) -> [ModelSummary] {
        try database().all(StoredModel.query + " ORDER BY name", [], StoredModel.init(row:)).map(\.record)
    }

    public func model(named name: String) throws(RegistryError) -> ModelSummary {
        try database().existingModel(named: RegistryName.validated(name)).record
    }

    public func activeModel() throws(RegistryError) -> ModelSummary? {
        try database().activeModel()?.record
    }

    public func importModel(
        identity: String, name: String, architecture: String, dimensions: Int, metadata: String, bytes: Data
    ) throws(RegistryError) -> ModelSummary {
        precondition(dimensions > 0, "a model has at least one dimension")
        let name = try RegistryName.new(name)
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            try KeptFile.model.checkIsNew(identity: identity, name: name, in: database)
            let id = try database.insert(
                """
                INSERT INTO models (identity, name, architecture, dimensions, byte_count, metadata, added_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                """,
                [
                    .text(identity), .text(name), .text(architecture), .integer(dimensions), .integer(bytes.count),
                    .text(metadata), .time(Date()),
                ])
            try KeptFile.model.store(bytes, of: id, in: database)
            try database.record("model.import", subject: name, detail: ["identity": identity])
            return try database.existingModel(identity: identity).record
        }
    }

    public func modelBytes(identity: String) throws(RegistryError) -> Data {
        try KeptFile.model.bytes(identity: identity, in: database())
    }

    @discardableResult
    public func removeModel(named name: String) throws(RegistryError) -> ModelSummary {
        let name = try RegistryName.validated(name)
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            let model = try database.existingModel(named: name)
            try checkIsUnused(model)
            try database.run("DELETE FROM models WHERE id = $1", [.integer(model.id)])
            try database.record("model.remove", subject: model.record.name, detail: ["identity": model.record.identity])
            return model.record
        }
    }
}

extension Registry {
    /// - Throws: `modelInUse`.
    private func checkIsUnused(_ model: StoredModel) throws(RegistryError) {
        let name = model.record.name
        guard !model.record.active else {
            throw RegistryError(
                .modelInUse, "cannot remove model '\(name)': it is the active one. Use another model first.")
        }
        let isFormer = try database().first("SELECT 1 FROM former_models WHERE model = $1", [.integer(model.id)]) {
            $0.int(0)
        }
        guard isFormer == nil else {
            throw RegistryError(
                .modelInUse,
                "cannot remove model '\(name)': it is kept for a rollback. Change the active model again, and it is no longer kept."
            )
        }
        let pack = try database().first(
            "SELECT p.name FROM packs p JOIN all_images i ON i.pack = p.id WHERE p.model = $1 LIMIT 1",
            [.text(model.record.identity)]
        ) { $0.text(0) }
        if let pack {
            throw RegistryError(
                .modelInUse,
                "cannot remove model '\(name)': the vectors of the cast pack '\(pack)' are of no use without it. Remove the pack first, from the trash, too: aniwho packs list, aniwho packs remove PACK, aniwho trash empty"
            )
        }
        if let job = try openJobs(of: JobKind.modelChanges).first(where: { $0.name == name }) {
            throw RegistryError(
                .modelInUse,
                "cannot remove model '\(name)': job \(job.id) uses it. Wait for the job to end, or cancel it: aniwho jobs cancel \(job.id)"
            )
        }
    }
}
