import API
import Synchronization

/// The active model's prototypes in memory, and the search over them.
///
/// One lock guards the matrix. Searches read at the same time, and each lets go of the lock after a portion of its queries. The registry
/// writes only the row of a change that is committed already. So a search never waits for the disk or for another search, and a change
/// waits at most for the portions that are being computed.
final class PrototypeIndex: Sendable {
    /// What the lock guards. Both are nil before a model is active.
    struct State {
        var model: String?
        var matrix: PrototypeMatrix?
    }

    /// The most queries in one matrix product, which bounds the memory for the products. A portion is one product, or one query if
    /// there are codes.
    private static let queriesPerProduct = 32

    let state = ReadWriteLock(State())
    private let changes = Atomic(0)

    /// Increases with every change of the index: of a prototype, a name or the model.
    var revision: Int { changes.load(ordering: .acquiring) }

    /// The names of the characters that have a prototype, in any order.
    var names: [String] { state.read { $0.matrix?.names ?? [] } }

    /// Replaces the contents by the active model and the prototypes in the database.
    func load(from connection: Connection) throws(RegistryError) { try loading(from: connection)() }

    /// Reads the active model and its prototypes.
    /// - Returns: what replaces the contents by them.
    func loading(from connection: Connection) throws(RegistryError) -> () -> Void {
        guard let stored = try connection.activeModel() else { return clear }
        let model = stored.record
        let count = try connection.first("SELECT count(*) FROM prototypes WHERE model = ?", [.integer(stored.id)]) {
            $0.int(0)
        }
        // Room for an eighth more: memory that is not used costs nothing, but moving the matrix does.
        let matrix = PrototypeMatrix(dimensions: model.dimensions, capacity: (count ?? 0) * 9 / 8)
        try connection.run(
            """
            SELECT p.character, c.name, p.vector FROM prototypes p CROSS JOIN characters c ON c.id = p.character
            WHERE p.model = ? AND p.head = ?
            """, [.integer(stored.id), .text(Prototype.head)]
        ) { row throws(RegistryError) in
            matrix.set(
                character: row.integer(0), name: row.text(1), vector: try row.vector(2, dimensions: model.dimensions))
        }
        matrix.updateCodes()
        return { self.replace(model: model.identity, matrix: matrix) }
    }

    /// Takes over the matrix: the caller must not use it afterwards.
    func replace(model: String, matrix: PrototypeMatrix) {
        state.write { state in
            state.model = model
            state.matrix = matrix
        }
        changed()
    }

    func clear() {
        state.write { $0 = State() }
        changed()
    }

    /// Sets a character's row, or removes it when the character has no prototype any more.
    func set(character: Int64, name: String, prototype: Prototype?) {
        state.write { state in
            if let prototype {
                state.matrix?.set(character: character, name: name, vector: prototype.vector)
            } else {
                state.matrix?.remove(character: character)
            }
            state.matrix?.updateCodes()
        }
        changed()
    }

    func rename(character: Int64, to name: String) {
        state.write { $0.matrix?.rename(character: character, to: name) }
        changed()
    }

    func remove(character: Int64) {
        set(character: character, name: "", prototype: nil)
    }

    private func changed() { changes.wrappingAdd(1, ordering: .releasing) }

    /// See ``PrototypeStore/search(queries:model:top:temperature:)``.
    /// - Parameter readingAll: whether to compare with every prototype, even if codes could rule most of them out.
    func search(
        queries: [[Float]], model: String, top: Int, temperature: Float, readingAll: Bool = false
    ) throws(RegistryError) -> [[Neighbor]] {
        precondition(temperature > 0 && temperature.isFinite, "a temperature is positive")
        var answers: [[Neighbor]] = []
        var scratch: RowBuffer<Float>?
        repeat {
            let start = answers.count
            answers += try state.read { state throws(RegistryError) in
                guard let active = state.model, let matrix = state.matrix else { throw RegistryError.noActiveModel }
                guard active == model else { throw RegistryError.notActive(model) }
                if start == 0 { try check(queries, dimensions: matrix.dimensions) }
                let coded = readingAll ? nil : matrix.codes
                let portion = Array(queries[start...].prefix(coded == nil ? Self.queriesPerProduct : 1))
                guard let coded, let query = portion.first else {
                    return answer(portion, matrix, top: top, temperature: Double(temperature))
                }
                let room = scratch.flatMap { $0.capacity >= coded.capacity ? $0 : nil } ?? coded.scratch()
                scratch = room
                let nearest = NearestRows(
                    of: query, in: matrix, by: coded, scratch: room, top: top, temperature: Double(temperature))
                return [neighbors(nearest, matrix)]
            }
        } while answers.count < queries.count
        return answers
    }

    private func check(_ queries: [[Float]], dimensions: Int) throws(RegistryError) {
        for (index, query) in queries.enumerated() {
            guard query.count == dimensions else {
                throw RegistryError(
                    .dimensionMismatch,
                    "query \(index + 1) has \(query.count) values; the active model has \(dimensions)")
            }
            guard query.allSatisfy(\.isFinite) else {
                throw RegistryError(.invalidVector, "query \(index + 1) holds a value that is not finite")
            }
        }
    }

    private func answer(
        _ queries: [[Float]], _ matrix: PrototypeMatrix, top: Int, temperature: Double
    ) -> [[Neighbor]] {
        let count = matrix.count
        let products = matrix.negatedDoubledProducts(queries.flatMap(\.self), queryCount: queries.count)
        let answers = Mutex([[Neighbor]](repeating: [], count: queries.count))
        func finish(_ query: Int) {
            let nearest = NearestRows(
                of: queries[query], in: matrix, products: products[query * count..<(query + 1) * count], top: top,
                temperature: temperature)
            answers.withLock { $0[query] = neighbors(nearest, matrix) }
        }
        ParallelLoop(iterations: queries.count, isParallel: queries.count * count >= 1 << 14).forEach(finish)
        return answers.withLock { $0 }
    }

    private func neighbors(_ nearest: NearestRows, _ matrix: PrototypeMatrix) -> [Neighbor] {
        nearest.entries.map { entry in
            Neighbor(
                characterID: matrix.characters[entry.row], name: matrix.names[entry.row],
                distance: Float(entry.distance), probability: Float(entry.probability))
        }
    }
}
