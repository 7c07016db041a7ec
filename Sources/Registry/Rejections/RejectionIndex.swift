import API
import Geometry
import Synchronization

/// The rejections in memory, with the active model's embeddings, and the rule that applies them.
///
/// **The rule.** A face is not of a character if it was rejected for that character (``PictureKey/coincides(with:)``), or if its embedding lies within
/// s/3 of a rejected picture's, where s is the distance of the rejected picture to the character's nearest support. Every
/// support is then at least twice as far from the picture as the rejected picture is (triangle inequality: s − s/3 = 2 · s/3).
/// The rule covers a crop or a copy of a rejected picture, but not a picture that resembles a support as much. Each rejection
/// takes one comparison, so the cost is rejections × width and does not depend on the number of enrolled images.
final class RejectionIndex: Sendable {
    private struct Entry {
        let id: Int64
        let key: PictureKey
        /// nil while the active model has not embedded it.
        let vector: [Float]?
        /// (s / 3)²; 0 if the character has no supports, because then no answer names it.
        let squaredReach: Double
    }

    private struct State {
        var model: String?
        var entries: [Int64: (name: String, entries: [Entry])] = [:]
    }

    private let state = Mutex(State())

    /// Reads everything again.
    func load(from connection: Connection) throws(RegistryError) { try loading(from: connection)() }

    /// Reads everything again, after a change of the model or of many supports.
    /// - Returns: what replaces the contents.
    func loading(from connection: Connection) throws(RegistryError) -> () -> Void {
        let model = try connection.activeModel()
        var state = State(model: model?.record.identity)
        let characters = try connection.all("SELECT DISTINCT character FROM rejections") { $0.integer(0) }
        for character in characters { state.entries[character] = try Self.read(character, connection, model) }
        let loaded = state
        return { self.state.withLock { $0 = loaded } }
    }

    /// Reads one character's rejections again.
    /// - Returns: what replaces them, or removes them if it has none or is gone.
    func refreshing(character: Int64, from connection: Connection) throws(RegistryError) -> () -> Void {
        let entries = try Self.read(character, connection, try connection.activeModel())
        return { self.state.withLock { $0.entries[character] = entries } }
    }

    /// - Returns: the names of the characters that the picture is not of, each with the first rejection that says so.
    func rejected(embedding: [Float], key: PictureKey, model: String) -> [String: Int64] {
        // Compared after the lock is released: a change replaces what it holds, and never waits for the comparisons.
        let state = state.withLock { $0 }
        var rejected: [String: Int64] = [:]
        let isComparable = state.model == model
        for (name, entries) in state.entries.values {
            let entry = entries.first { entry in
                if entry.key.coincides(with: key) { return true }
                guard isComparable, let vector = entry.vector, vector.count == embedding.count else { return false }
                return squaredDistance(vector, embedding) < entry.squaredReach
            }
            rejected[name] = entry?.id
        }
        return rejected
    }

    private static func read(
        _ character: Int64, _ connection: Connection, _ model: StoredModel?
    ) throws(RegistryError) -> (name: String, entries: [Entry])? {
        let dimensions = model?.record.dimensions ?? 0
        var name = ""
        var rows: [(id: Int64, key: PictureKey, vector: [Float]?)] = []
        try connection.run(
            """
            SELECT r.id, r.sha256, c.name, e.vector, r.box FROM rejections r JOIN characters c ON c.id = r.character
            LEFT JOIN rejection_embeddings e ON e.rejection = r.id AND e.model = $1 WHERE r.character = $2 ORDER BY r.id
            """, [.integer(model?.id ?? 0), .integer(character)]
        ) { row throws(RegistryError) in
            name = row.text(2)
            let vector = row.isNull(3) ? nil : try row.vector(3, dimensions: dimensions)
            rows.append((row.integer(0), PictureKey(sha256: row.text(1), box: try row.box(4)), vector))
        }
        guard !rows.isEmpty else { return nil }
        let supports = try model.map { model throws(RegistryError) in
            try connection.supports(of: character, model: model)
        }
        let entries = rows.map { row in
            let nearest = row.vector.flatMap { vector in supports?.map { squaredDistance(vector, $0) }.min() }
            return Entry(id: row.id, key: row.key, vector: row.vector, squaredReach: (nearest ?? 0) / 9)
        }
        return (name, entries)
    }
}
