import API
import Foundation
import Statistics

/// A model with the row number that its vectors refer to.
struct StoredModel {
    let id: Int64
    let record: ModelSummary
    /// The JSON of the model's decision rule; nil if it has none.
    private let decision: String?

    static let query = """
        SELECT id, identity, name, architecture, dimensions, byte_count, added_at, active, metadata FROM models
        """

    /// - Throws: `storageCorrupt` when the metadata cannot be read.
    init(row: Row) throws(RegistryError) {
        id = row.integer(0)
        let name = row.text(2)
        let settings = try KeptFile.model.settings(in: row.text(8), of: name)
        decision = settings["decision"]
        record = ModelSummary(
            name: name, identity: row.text(1), architecture: row.text(3), dimensions: row.int(4),
            radius: settings["radius"].flatMap(Double.init),
            temperature: settings["temperature"].flatMap(Double.init) ?? 1, mirror: settings["mirror"] == "true",
            bytes: row.int(5), addedAt: row.date(6), active: row.int(7) == 1)
    }

    /// What finds the appearances of a character: the variances of the model's own rule, which no calibration changes. Nil for a model
    /// without a rule.
    /// - Throws: `storageCorrupt` when the rule cannot be read.
    func grouping() throws(RegistryError) -> TwoCovariance? {
        let stored = try decision.map { text throws(RegistryError) in
            guard let rule = try? JSONDecoder().decode(DecisionRule.self, from: Data(text.utf8)) else {
                throw RegistryError(
                    .storageCorrupt, "the decision rule of model '\(record.name)' cannot be read; restore a backup")
            }
            return rule
        }
        return DecisionRule.ofModel(stored, radius: record.radius)?.covariance
    }

    /// Checks that a vector can be this model's.
    /// - Parameter subject: what the vector belongs to, for the message.
    /// - Throws: `dimensionMismatch`, `invalidVector`.
    func check(_ vector: [Float], of subject: String) throws(RegistryError) {
        guard vector.count == record.dimensions else {
            throw RegistryError(
                .dimensionMismatch,
                "the embedding of \(subject) has \(vector.count) values; model '\(record.name)' has \(record.dimensions)"
            )
        }
        guard vector.allSatisfy(\.isFinite) else {
            throw RegistryError(.invalidVector, "the embedding of \(subject) has a value that is not finite")
        }
    }
}

extension Connection {
    func activeModel() throws(RegistryError) -> StoredModel? {
        try first(StoredModel.query + " WHERE active = 1", [], StoredModel.init(row:))
    }

    /// The active model, if it is the one that the caller names.
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
        let model = try first(StoredModel.query + " WHERE identity = $1", [.text(identity)], StoredModel.init(row:))
        guard let model else { throw KeptFile.model.notFound("with identity \(identity)") }
        return model
    }

    /// - Throws: `modelNotFound`.
    func existingModel(named name: String) throws(RegistryError) -> StoredModel {
        let stored = try storedName(name, in: "models") ?? name
        let model = try first(StoredModel.query + " WHERE name = $1", [.text(stored)], StoredModel.init(row:))
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
