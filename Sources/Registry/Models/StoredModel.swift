import Foundation

/// A model's record with the number that its vectors are stored under.
struct StoredModel {
    let id: Int64
    let record: ModelRecord

    static let query = """
        SELECT id, identity, name, architecture, dimensions, byte_count, added_at, active, metadata FROM models
        """

    init(row: Row) {
        id = row.integer(0)
        record = ModelRecord(
            identity: row.text(1), name: row.text(2), architecture: row.text(3), dimensions: row.int(4),
            byteCount: row.int(5), addedAt: row.date(6), active: row.int(7) == 1, metadata: row.text(8))
    }

    /// Checks a vector that claims to be this model's.
    /// - Parameter subject: what it belongs to, for the message.
    /// - Throws: `dimensionMismatch`, `invalidVector`.
    func check(_ vector: [Float], of subject: String) throws(RegistryError) {
        guard vector.count == record.dimensions else {
            throw RegistryError(
                .dimensionMismatch,
                "the embedding of \(subject) has \(vector.count) values; model '\(record.name)' has \(record.dimensions)"
            )
        }
        guard vector.allSatisfy(\.isFinite) else {
            throw RegistryError(.invalidVector, "the embedding of \(subject) holds a value that is not finite")
        }
    }
}

extension Connection {
    func activeModel() throws(RegistryError) -> StoredModel? {
        try first(StoredModel.query + " WHERE active = 1", [], StoredModel.init(row:))
    }

    /// The active model, if it is the one the caller has in mind.
    /// - Throws: `modelNotActive`.
    func activeModel(identity: String) throws(RegistryError) -> StoredModel {
        guard let model = try activeModel() else { throw RegistryError.noActiveModel }
        guard model.record.identity == identity else {
            throw RegistryError.notActive(identity)
        }
        return model
    }

    /// - Throws: `modelNotFound`.
    func existingModel(identity: String) throws(RegistryError) -> StoredModel {
        let model = try first(StoredModel.query + " WHERE identity = ?", [.text(identity)], StoredModel.init(row:))
        guard let model else { throw KeptFile.model.notFound("with identity \(identity)") }
        return model
    }

    /// - Throws: `modelNotFound`.
    func existingModel(named name: String) throws(RegistryError) -> StoredModel {
        let model = try first(StoredModel.query + " WHERE name = ?", [.text(name)], StoredModel.init(row:))
        guard let model else { throw KeptFile.model.notFound("named '\(name)'") }
        return model
    }
}

extension RegistryError {
    static let noActiveModel = RegistryError(.modelNotActive, "no model is active; import one and use it")

    static func notActive(_ identity: String) -> RegistryError {
        RegistryError(
            .modelNotActive, "model \(identity.prefix(12)) is not the active one; embed again with the active model")
    }
}
