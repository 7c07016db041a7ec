public import API
import Foundation

/// The model that was active before the active one, and the settings that belonged to it.
public struct FormerModel: Sendable, Equatable {
    public let model: ModelSummary
    /// By key, without those that were not set.
    public let settings: [String: String]

    public init(model: ModelSummary, settings: [String: String]) {
        self.model = model
        self.settings = settings
    }
}

/// The transactions that change the active model and that roll the change back.
extension Registry {
    public func activateModel(
        identity: String, keeping keys: [String] = []
    ) throws(RegistryError) -> RebuildResult {
        try swapping { database throws(RegistryError) in
            let model = try database.existingModel(identity: identity)
            return try database.swap(to: model, keeping: keys, as: "model.use")
        }
    }

    public func formerModel() throws(RegistryError) -> FormerModel? {
        let database = try database()
        let row = try database.first(
            "SELECT m.identity, f.settings FROM former_models f JOIN models m ON m.id = f.model"
        ) { (identity: $0.text(0), settings: $0.text(1)) }
        guard let row else { return nil }
        let settings = try? JSONDecoder().decode([String: String].self, from: Data(row.settings.utf8))
        guard let settings else {
            throw RegistryError(.storageCorrupt, "the settings of the former model cannot be read; restore a backup")
        }
        return FormerModel(model: try database.existingModel(identity: row.identity).record, settings: settings)
    }

    public func rollBackModel(to former: FormerModel, keeping keys: [String]) throws(RegistryError) -> RebuildResult {
        try swapping { database throws(RegistryError) in
            let model = try database.existingModel(identity: former.model.identity)
            let result = try database.swap(to: model, keeping: keys, as: "model.rollback")
            for key in keys { try database.set(setting: key, to: former.settings[key]) }
            return result
        }
    }

    /// Makes every daemon load a model that is about to become the active one; nil takes that back.
    /// - Throws: `modelNotFound`.
    public func proposeModel(identity: String?) throws(RegistryError) {
        try change { (database, indexes) throws(RegistryError) in
            try database.run("DELETE FROM proposed_models")
            indexes.note(.proposedModel)
            guard let identity else { return }
            let model = try database.existingModel(identity: identity)
            try database.run("INSERT INTO proposed_models (place, model) VALUES (1, $1)", [.integer(model.id)])
        }
    }

    /// The model that is about to become the active one; nil for none.
    public func proposedModel() throws(RegistryError) -> ModelSummary? {
        let database = try database()
        let identity = try database.first(
            "SELECT m.identity FROM proposed_models p JOIN models m ON m.id = p.model"
        ) { $0.text(0) }
        return try identity.map { identity throws(RegistryError) in
            try database.existingModel(identity: identity).record
        }
    }

    private func swapping(
        _ swap: (Connection) throws(RegistryError) -> RebuildResult
    ) throws(RegistryError) -> RebuildResult {
        try change { (database, indexes) throws(RegistryError) in
            let result = try swap(database)
            try indexes.reload(.model)
            return result
        }
    }
}

extension Connection {
    /// Makes a model the active one, inside a transaction, and removes the vectors of all models but this one and the former.
    /// - Parameter keys: of the settings to keep with the former model.
    /// - Throws: `embeddingsMissing`.
    fileprivate func swap(
        to model: StoredModel, keeping keys: [String], as action: String
    ) throws(RegistryError) -> RebuildResult {
        try checkIsEmbedded(by: model)
        let former = try activeModel()
        if let former, former.id != model.id {
            try keep(former, keys)
            let others = "WHERE model NOT IN ($1, $2)"
            let kept: [SQLValue] = [.integer(model.id), .integer(former.id)]
            // Those of cast packs cannot be made again.
            try run(
                "DELETE FROM embeddings \(others) AND image NOT IN (SELECT id FROM all_images WHERE pack IS NOT NULL)",
                kept)
            try run("DELETE FROM rejection_embeddings \(others)", kept)
        }
        try run("UPDATE models SET active = 0 WHERE active = 1")
        try run("UPDATE models SET active = 1 WHERE id = $1", [.integer(model.id)])
        let result = try refreshAllPrototypes(model: model)
        try record(
            action, subject: model.record.name,
            detail: ["identity": model.record.identity, "former": former?.record.identity ?? ""])
        return result
    }

    private func checkIsEmbedded(by model: StoredModel) throws(RegistryError) {
        let missing = try first(
            """
            SELECT (SELECT count(*) FROM images i
                WHERE i.pack IS NULL
                    AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.image = i.id AND e.model = $1))
            + (SELECT count(*) FROM rejections r
                WHERE NOT EXISTS (SELECT 1 FROM rejection_embeddings e WHERE e.rejection = r.id AND e.model = $1))
            """, [.integer(model.id)]
        ) { $0.int(0) }
        guard missing == 0 else {
            throw RegistryError(
                .embeddingsMissing,
                "\(missing ?? 0) images have no embedding of model '\(model.record.name)' yet; embed them first")
        }
    }

    private func keep(_ former: StoredModel, _ keys: [String]) throws(RegistryError) {
        var fields: [String] = []
        for key in keys {
            let value = try first("SELECT value FROM settings WHERE key = $1", [.text(key)]) { $0.text(0) }
            if let value { fields.append("\(key.jsonLiteral):\(value.jsonLiteral)") }
        }
        try run(
            """
            INSERT INTO former_models (place, model, settings, changed_at) VALUES (1, $1, $2, $3)
            ON CONFLICT (place) DO UPDATE
            SET model = excluded.model, settings = excluded.settings, changed_at = excluded.changed_at
            """,
            [.integer(former.id), .text("{" + fields.joined(separator: ",") + "}"), .time(Date())])
    }
}
