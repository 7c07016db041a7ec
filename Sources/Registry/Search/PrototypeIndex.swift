import API
import Foundation
import Statistics
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

        fileprivate mutating func apply(_ edit: Edit) {
            switch edit {
            case .set(let character, let name, let prototype?):
                matrix?.set(
                    character: character, name: name, vector: prototype.vector, count: prototype.count,
                    appearances: prototype.appearances)
            case .set(let character, _, nil): matrix?.remove(character: character)
            case .rename(let character, let name): matrix?.rename(character: character, to: name)
            case .replace(let model, let matrix): (self.model, self.matrix) = (model, matrix)
            case .clear: self = State()
            }
        }
    }

    /// The most queries in one matrix product, which bounds the memory for the products. A portion is one product, or one query if
    /// there are codes.
    private static let queriesPerProduct = 32

    let state = ReadWriteLock(State())
    private let changes = Atomic(0)

    /// Increases with every change of the index: of a prototype, a name or the model.
    var revision: Int { changes.load(ordering: .acquiring) }

    /// The names of the characters that have a prototype, in any order.
    var names: [String] { state.read { $0.matrix?.meanNames ?? [] } }

    /// A change of the contents.
    enum Edit {
        /// Sets a character's rows, or removes them when the character has no prototype any more.
        case set(character: Int64, name: String, prototype: Prototype?)
        case rename(character: Int64, name: String)
        /// Takes over a matrix, which nobody else uses afterwards.
        case replace(model: String, matrix: PrototypeMatrix)
        case clear
    }

    /// Replaces the contents by the active model and the prototypes in the database.
    func load(from connection: Connection) throws(RegistryError) { apply([try loading(from: connection)]) }

    /// Reads the active model and its prototypes.
    /// - Returns: what replaces the contents by them.
    func loading(from connection: Connection) throws(RegistryError) -> Edit {
        guard let stored = try connection.activeModel() else { return .clear }
        let model = stored.record
        let count = try connection.first(
            """
            SELECT (SELECT count(*) FROM prototypes WHERE model = $1) + (SELECT count(*) FROM appearances WHERE model = $1)
            """, [.integer(stored.id)]
        ) { $0.int(0) }
        // Room for an eighth more: memory that is not used costs nothing, but moving the matrix does.
        let matrix = PrototypeMatrix(dimensions: model.dimensions, capacity: (count ?? 0) * 9 / 8)
        let appearances = try connection.appearances(of: stored)
        try connection.run(
            """
            SELECT p.character, c.name, p.vector, p.count FROM prototypes p CROSS JOIN characters c ON c.id = p.character
            WHERE p.model = $1 AND p.head = $2
            """, [.integer(stored.id), .text(Prototype.head)], reading: .streamed
        ) { row throws(RegistryError) in
            let character = row.integer(0)
            matrix.set(
                character: character, name: row.text(1), vector: try row.vector(2, dimensions: model.dimensions),
                count: row.int(3),
                appearances: appearances[character] ?? [])
        }
        matrix.updateCodes()
        return .replace(model: model.identity, matrix: matrix)
    }

    /// Makes changes, in their order. A search sees all of them or none.
    func apply(_ edits: [Edit]) {
        guard !edits.isEmpty else { return }
        state.write { state in
            for edit in edits { state.apply(edit) }
            state.matrix?.updateCodes()
        }
        changes.wrappingAdd(1, ordering: .releasing)
    }

    /// See ``PrototypeStore/search(queries:model:top:temperature:)``.
    /// - Parameter readingAll: whether to compare with every prototype, even if codes could rule most of them out.
    func search(
        queries: [[Float]], model: String, top: Int, temperature: Float, readingAll: Bool = false
    ) throws(RegistryError) -> [[Neighbor]] {
        precondition(temperature > 0 && temperature.isFinite, "a temperature is positive")
        return try answers(queries, model: model, readingAll: readingAll) { matrix in
            let measure = RowMeasure(temperature: Double(temperature), in: matrix)
            return { _ in Request(measure: measure, top: top) }
        } answer: {
            $0.neighbors
        }
    }

    /// See ``PrototypeStore/likely(queries:model:top:given:asked:)``.
    /// - Parameter readingAll: whether to compare with every prototype, even if codes could rule most of them out.
    func likely(
        queries: [[Float]], model: String, top: Int, given covariance: TwoCovariance, asked: Double = 1,
        readingAll: Bool = false
    ) throws(RegistryError) -> [LikelyCharacters] {
        try answers(queries, model: model, readingAll: readingAll) { matrix in
            let terms = RowMeasure.terms(of: covariance, asked: asked, in: matrix)
            return { query in Request(measure: RowMeasure(terms, of: query, in: matrix), top: top) }
        } answer: {
            $0.likely
        }
    }

    /// What to find for one query.
    private struct Request {
        let measure: RowMeasure
        let top: Int
    }

    /// What was found for one query.
    private struct Found {
        let query: [Float]
        let nearest: NearestRows
        let matrix: PrototypeMatrix

        var neighbors: [Neighbor] { neighbors(share: 1) }

        /// Takes the mean of the characters' likelihood ratios for that of being enrolled at all.
        var likely: LikelyCharacters {
            let enrolled = Posterior(ratios: [nearest.logTotal - log(Double(max(1, matrix.characterCount)))])
            let isEmpty = matrix.characterCount == 0
            return LikelyCharacters(
                neighbors: neighbors(share: enrolled.characters[0]), stranger: isEmpty ? 1 : enrolled.stranger)
        }

        /// - Parameter share: what the softmax is multiplied by.
        private func neighbors(share: Double) -> [Neighbor] {
            nearest.entries.map { entry in
                Neighbor(
                    characterID: matrix.characters[entry.row], name: matrix.names[entry.row],
                    distance: Float(entry.distance), probability: Float(share * entry.probability),
                    seen: matrix.seen(entry.row, by: query, squaredDistance: entry.distance * entry.distance))
            }
        }
    }

    /// Answers queries in portions, and lets go of the lock after each.
    /// - Parameters:
    ///   - request: what to find for a query in this matrix.
    ///   - answer: makes the answer of what was found, while the lock is held.
    private func answers<Answer: Sendable>(
        _ queries: [[Float]], model: String, readingAll: Bool,
        _ request: (PrototypeMatrix) -> ([Float]) -> Request, answer: (Found) -> Answer
    ) throws(RegistryError) -> [Answer] {
        var answers: [Answer] = []
        var scratch: RowBuffer<Float>?
        repeat {
            let start = answers.count
            answers += try state.read { state throws(RegistryError) in
                guard let active = state.model, let matrix = state.matrix else { throw RegistryError.noActiveModel }
                guard active == model else { throw RegistryError.notActive(model) }
                if start == 0 { try check(queries, dimensions: matrix.dimensions) }
                let coded = readingAll ? nil : matrix.codes
                let portion = Array(queries[start...].prefix(coded == nil ? Self.queriesPerProduct : 1))
                let request = request(matrix)
                guard let coded, let query = portion.first else {
                    return zip(portion, nearest(portion, matrix, request)).map {
                        answer(Found(query: $0, nearest: $1, matrix: matrix))
                    }
                }
                let room = scratch.flatMap { $0.capacity >= coded.capacity ? $0 : nil } ?? coded.scratch()
                scratch = room
                let wanted = request(query)
                let nearest = NearestRows(
                    of: query, in: matrix, by: coded, scratch: room, top: wanted.top, measure: wanted.measure)
                return [answer(Found(query: query, nearest: nearest, matrix: matrix))]
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

    private func nearest(
        _ queries: [[Float]], _ matrix: PrototypeMatrix, _ request: ([Float]) -> Request
    ) -> [NearestRows] {
        let count = matrix.count
        let products = matrix.negatedDoubledProducts(queries.flatMap(\.self), queryCount: queries.count)
        let found = Mutex([NearestRows?](repeating: nil, count: queries.count))
        func finish(_ query: Int) {
            let wanted = request(queries[query])
            let nearest = NearestRows(
                of: queries[query], in: matrix, products: products[query * count..<(query + 1) * count],
                top: wanted.top, measure: wanted.measure)
            found.withLock { $0[query] = nearest }
        }
        ParallelLoop(iterations: queries.count, isParallel: queries.count * count >= 1 << 14).forEach(finish)
        return found.withLock { $0.compactMap(\.self) }
    }
}
