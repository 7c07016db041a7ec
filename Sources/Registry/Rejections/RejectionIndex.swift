import API
import Synchronization

/// The rejections in memory, as the active model sees them, and the rule that applies them.
///
/// **The rule.** A picture is not of a character when its bytes were rejected for that character, or when its embedding lies
/// within a third of s of a rejected one's, s being that one's distance to the character's nearest support. Every support is then
/// at least twice as far from the picture as the rejected picture is (the triangle inequality: s − s/3 = 2 · s/3). So a crop or
/// a copy of what was rejected is covered, a picture that resembles a support as much is not, and each rejection needs one
/// comparison: the cost is rejections × width, whatever is enrolled.
final class RejectionIndex: Sendable {
    private struct Entry {
        let id: Int64
        let sha256: String
        /// nil while the active model has not embedded it.
        let vector: [Float]?
        /// (s / 3)²; 0 where the character has no supports, which is then never named anyway.
        let squaredReach: Double
    }

    private struct State {
        var model: String?
        var entries: [Int64: (name: String, entries: [Entry])] = [:]
    }

    private let state = Mutex(State())

    /// Reads everything again: the model has changed, or many supports.
    func load(from connection: Connection) throws(RegistryError) {
        let model = try connection.activeModel()
        var state = State(model: model?.record.identity)
        let characters = try connection.all("SELECT DISTINCT character FROM rejections") { $0.integer(0) }
        for character in characters { state.entries[character] = try Self.read(character, connection, model) }
        let loaded = state
        self.state.withLock { $0 = loaded }
    }

    /// Reads one character's again; removes them when it is gone or has none any more.
    func refresh(character: Int64, from connection: Connection) throws(RegistryError) {
        let entries = try Self.read(character, connection, try connection.activeModel())
        state.withLock { $0.entries[character] = entries }
    }

    /// - Returns: the names of the characters that the picture is not, each with the first rejection that says so.
    func rejected(embedding: [Float], sha256: String, model: String) -> [String: Int64] {
        state.withLock { state in
            var rejected: [String: Int64] = [:]
            let isComparable = state.model == model
            for (name, entries) in state.entries.values {
                let entry = entries.first { entry in
                    if entry.sha256 == sha256 { return true }
                    guard isComparable, let vector = entry.vector, vector.count == embedding.count else { return false }
                    return squaredDistance(vector, embedding) < entry.squaredReach
                }
                rejected[name] = entry?.id
            }
            return rejected
        }
    }

    private static func read(
        _ character: Int64, _ connection: Connection, _ model: StoredModel?
    ) throws(RegistryError) -> (name: String, entries: [Entry])? {
        let dimensions = model?.record.dimensions ?? 0
        var name = ""
        var rows: [(id: Int64, sha256: String, vector: [Float]?)] = []
        try connection.run(
            """
            SELECT r.id, r.sha256, c.name, e.vector FROM rejections r JOIN characters c ON c.id = r.character
            LEFT JOIN rejection_embeddings e ON e.rejection = r.id AND e.model = ? WHERE r.character = ? ORDER BY r.id
            """, [.integer(model?.id ?? 0), .integer(character)]
        ) { row throws(RegistryError) in
            name = row.text(2)
            let vector = row.isNull(3) ? nil : try row.vector(3, dimensions: dimensions)
            rows.append((row.integer(0), row.text(1), vector))
        }
        guard !rows.isEmpty else { return nil }
        let supports = try model.map { model throws(RegistryError) in
            try connection.supports(of: character, model: model)
        }
        let entries = rows.map { row in
            let nearest = row.vector.flatMap { vector in supports?.map { squaredDistance(vector, $0) }.min() }
            return Entry(id: row.id, sha256: row.sha256, vector: row.vector, squaredReach: (nearest ?? 0) / 9)
        }
        return (name, entries)
    }
}
