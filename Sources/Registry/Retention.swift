public import API
public import Foundation

/// What the registry forgets after some time, so that it does not grow for ever.
public protocol RetentionStore: Sendable {
    /// Removes some of the oldest entries of the audit log, in one transaction. The last entry of each action stays: it tells when the last
    /// backup was made.
    /// - Parameter time: only entries before it.
    /// - Returns: how many were removed; 0 when there are no more.
    func expireAudit(before time: Date) async throws(RegistryError) -> Int

    /// Notes since when each model is not used. A model is used while it answers, while the registry can roll back to it, while a cast pack
    /// has vectors of it, and while a job changes or compares to it.
    /// - Parameter now: the time from which a model counts as unused if it was used at the last call.
    func noteUnusedModels(now: Date) async throws(RegistryError)

    /// The models that were last used at a time or earlier, in the order of their names, as the last ``noteUnusedModels(now:)`` noted.
    func models(unusedSince time: Date) async throws(RegistryError) -> [ModelSummary]

    /// Removes all vectors of a model, in one transaction. They can be computed again from the pictures.
    /// - Returns: how many there were. 0 for a model that is used.
    func expireVectors(model identity: String) async throws(RegistryError) -> Int
}

extension Registry: RetentionStore {
    /// The entries that one transaction removes.
    private static let page = 10_000

    public func expireAudit(before time: Date) throws(RegistryError) -> Int {
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            try database.run(
                """
                DELETE FROM audit WHERE id IN (
                    SELECT id FROM audit INDEXED BY audit_by_time
                    WHERE at < $1 AND id NOT IN (SELECT max(id) FROM audit GROUP BY action) LIMIT \(Self.page))
                """, [.time(time)])
            let removed = database.changes
            if removed > 0 { try database.record("audit.expire", subject: "*", detail: ["entries": removed]) }
            return removed
        }
    }

    /// The condition that a model is used.
    private static let isUsed = """
        active = 1 OR id IN (SELECT model FROM former_models)
        OR identity IN (SELECT p.model FROM packs p JOIN all_images i ON i.pack = p.id) OR name IN (
            SELECT name FROM jobs WHERE state IN ('queued', 'running') AND kind IN (\(JobKind.modelChanges.sqlList)))
        """

    public func noteUnusedModels(now: Date) throws(RegistryError) {
        let database = try database()
        try database.transaction { () throws(RegistryError) in
            try database.run("UPDATE models SET unused_since = NULL WHERE \(Self.isUsed)")
            try database.run(
                """
                UPDATE models SET unused_since = (SELECT max(time) FROM (
                    SELECT coalesce(models.unused_since, $1) AS time
                    UNION ALL SELECT j.ended_at FROM jobs j
                    WHERE j.name = models.name AND j.kind IN (\(JobKind.modelChanges.sqlList))) AS times)
                WHERE NOT (\(Self.isUsed))
                """, [.time(now)])
        }
    }

    public func models(unusedSince time: Date) throws(RegistryError) -> [ModelSummary] {
        try database().all(
            StoredModel.query + " WHERE unused_since <= $1 ORDER BY name", [.time(time)], StoredModel.init(row:)
        ).map(\.record)
    }

    public func expireVectors(model identity: String) throws(RegistryError) -> Int {
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            let model = try database.existingModel(identity: identity)
            let used = try database.first(
                "SELECT 1 FROM models WHERE id = $1 AND (\(Self.isUsed))", [.integer(model.id)]
            ) { $0.int(0) }
            guard used == nil else { return 0 }
            var removed = 0
            for table in ["embeddings", "rejection_embeddings", "unknown_embeddings"] {
                try database.run("DELETE FROM \(table) WHERE model = $1", [.integer(model.id)])
                removed += database.changes
            }
            if removed > 0 {
                try database.record("embeddings.expire", subject: model.record.name, detail: ["vectors": removed])
            }
            return removed
        }
    }
}
