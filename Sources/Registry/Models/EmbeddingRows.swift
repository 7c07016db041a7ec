import API
import Foundation
import Geometry

/// How many images and rejected pictures there are, and how many of them have a vector of some model.
public struct EmbeddingCounts: Sendable, Equatable {
    public let all: Int
    public let embedded: Int

    public init(all: Int, embedded: Int) {
        self.all = all
        self.embedded = embedded
    }
}

/// Reads which pictures lack a vector of a model, and stores vectors, page by page. The model may be active or not.
extension Registry {
    public func embeddingCounts(model identity: String) throws(RegistryError) -> EmbeddingCounts {
        let database = try database()
        let model = try database.existingModel(identity: identity)
        let counts = try database.first(
            """
            SELECT (SELECT count(*) FROM images WHERE pack IS NULL) + (SELECT count(*) FROM rejections),
                (SELECT count(*) FROM images i JOIN embeddings e ON e.image = i.id AND e.model = $1 WHERE i.pack IS NULL)
                + (SELECT count(*) FROM rejections r JOIN rejection_embeddings e ON e.rejection = r.id AND e.model = $1)
            """, [.integer(model.id)]
        ) { EmbeddingCounts(all: $0.int(0), embedded: $0.int(1)) }
        return counts ?? EmbeddingCounts(all: 0, embedded: 0)
    }

    public func imagesWithoutEmbedding(
        model identity: String, after: Int64?, limit: Int
    ) throws(RegistryError) -> [PendingImage] {
        try database().pending("image", embeddings: "embeddings", model: identity, after: after, limit: limit)
    }

    @discardableResult
    public func storeEmbeddings(
        model identity: String, _ embeddings: [(imageID: Int64, vector: [Float])]
    ) throws(RegistryError) -> Int {
        var stored = 0
        var touched: [Int64: (name: String, prototype: Prototype?)] = [:]
        try change { (database, indexes) throws(RegistryError) in
            let model = try database.existingModel(identity: identity)
            for (imageID, vector) in embeddings {
                try model.check(vector, of: "image \(imageID)")
                try database.run(
                    """
                    INSERT INTO embeddings (image, model, vector) SELECT id, $1, $2 FROM images WHERE id = $3
                    ON CONFLICT (image, model) DO UPDATE SET vector = excluded.vector
                    """,
                    [.integer(model.id), .vector(vector), .integer(imageID)])
                guard database.changes > 0 else { continue }
                stored += 1
                guard model.record.active else { continue }
                let image = try database.existingImage(imageID)
                touched[image.characterID] = (image.image.character, nil)
            }
            for character in touched.keys {
                touched[character]?.prototype = try database.refreshPrototype(of: character, model: model)
            }
            // Vectors of a model that is not active change no answer: the audit log records the change to it.
            if stored > 0, model.record.active {
                try database.record(
                    "embeddings.store", subject: model.record.name, detail: ["identity": identity, "images": stored])
            }
            for (character, change) in touched {
                try indexes.set(character: character, name: change.name, prototype: change.prototype)
            }
        }
        return stored
    }
}

extension Connection {
    /// Stored pictures without a vector of a model, in the order of their numbers.
    /// - Parameters:
    ///   - kind: `image`, `rejection` or `unknown`, as in the names of the tables and columns.
    ///   - embeddings: the table of their vectors.
    /// - Throws: `modelNotFound`.
    func pending(
        _ kind: String, embeddings: String, model identity: String, after: Int64? = nil, limit: Int
    ) throws(RegistryError) -> [PendingImage] {
        let model = try existingModel(identity: identity)
        return try all(
            """
            SELECT r.id, f.bytes, r.box FROM \(kind)s r JOIN \(kind)_files f ON f.\(kind) = r.id
            WHERE r.id > $1 AND NOT EXISTS (SELECT 1 FROM \(embeddings) e WHERE e.\(kind) = r.id AND e.model = $2)
            ORDER BY r.id LIMIT $3
            """,
            [.integer(after ?? 0), .integer(model.id), .integer(max(0, limit))]
        ) { row throws(RegistryError) in
            PendingImage(id: row.integer(0), bytes: row.blob(1), box: try row.box(2))
        }
    }
}
