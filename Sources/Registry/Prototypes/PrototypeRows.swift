import API
import Statistics

/// Prototypes and appearances as the database has them.
extension Connection {
    /// Computes a character's prototype and its appearances from its stored embeddings and stores them, or removes them when there are none.
    func refreshPrototype(of character: Int64, model: StoredModel) throws(RegistryError) -> Prototype? {
        // The order of the images' numbers, as in refreshAllPrototypes, makes both agree to the last bit.
        let supports = try supports(of: character, model: model)
        guard let prototype = Prototype(mean: supports, grouping: try model.grouping()) else {
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
        try run("DELETE FROM appearances WHERE character = ?", [.integer(character)])
        for (number, appearance) in prototype.appearances.enumerated() {
            try run(
                "INSERT INTO appearances (character, model, number, vector, count) VALUES (?, ?, ?, ?, ?)",
                [
                    .integer(character), .integer(model.id), .integer(number), .vector(appearance.mean),
                    .integer(appearance.count),
                ])
        }
    }

    /// The means of a character's appearances, the largest first; none if there is only one.
    func appearances(of character: Int64, model: StoredModel) throws(RegistryError) -> [Appearance] {
        try all(
            "SELECT vector, count FROM appearances WHERE character = ? AND model = ? ORDER BY number",
            [.integer(character), .integer(model.id)]
        ) { row throws(RegistryError) in
            Appearance(mean: try row.vector(0, dimensions: model.record.dimensions), count: row.int(1))
        }
    }
}
