import API
import Foundation
import Statistics
import TestSupport
import Testing

@testable import Registry

@Suite struct SearchTests {
    /// A matrix of random prototypes with what a search by brute force in double precision finds in it.
    private struct Sample {
        let index = PrototypeIndex()
        var vectors: [Int64: [Float]] = [:]

        init(count: Int, dimensions: Int, seed: UInt64, offset: Float = 0) {
            var numbers = Numbers(seed: seed)
            let matrix = PrototypeMatrix(dimensions: dimensions, capacity: 0)
            for character in 0..<Int64(count) {
                let vector = numbers.floats(dimensions).map { $0 + offset }
                vectors[character] = vector
                matrix.set(character: character, name: "c\(character)", vector: vector, count: Self.pictures(character))
            }
            index.apply([.replace(model: modelA, matrix: matrix)])
        }

        /// How many pictures a character has: 1 to 9, unevenly.
        static func pictures(_ character: Int64) -> Int { Int(character * character % 9) + 1 }

        /// The likeliest characters by the definition: characters, probabilities, and the probability of a stranger.
        func likeliest(
            _ query: [Float], top: Int, _ model: TwoCovariance
        ) -> (characters: [(Int64, Double)], stranger: Double) {
            let square = query.reduce(0) { $0 + Double($1) * Double($1) }
            let order = vectors.keys.sorted()
            let posterior = Posterior(
                ratios: order.map { character in
                    let vector = vectors[character] ?? []
                    return model.terms(count: Double(Self.pictures(character))).ratio(
                        squaredDistance: squaredDistance(query, vector),
                        squaredMean: vector.reduce(0) { $0 + Double($1) * Double($1) }, squaredQuery: square)
                })
            let found = zip(order, posterior.characters).map { ($0, $1) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
            return (Array(found.prefix(top)), posterior.stranger)
        }

        func checkLikely(_ queries: [[Float]], top: Int, _ model: TwoCovariance) throws {
            let answers = try index.likely(queries: queries, model: modelA, top: top, given: model)
            for (query, answer) in zip(queries, answers) {
                let expected = likeliest(query, top: top, model)
                #expect(answer.neighbors.map(\.characterID) == expected.characters.map(\.0))
                #expect(abs(answer.stranger - expected.stranger) <= 1e-4 * expected.stranger + 1e-9)
                for (neighbor, expected) in zip(answer.neighbors, expected.characters) {
                    #expect(abs(Double(neighbor.probability) - expected.1) <= 1e-4 * expected.1 + 1e-9)
                    #expect(neighbor.seen.means.map(\.count) == [Double(Self.pictures(neighbor.characterID))])
                }
            }
        }

        func bruteForce(_ query: [Float], top: Int, temperature: Double) -> [(Int64, Double, Double)] {
            let distances = vectors.map { ($0.key, squaredDistance(query, $0.value).squareRoot()) }
                .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
            let nearest = distances.first?.1 ?? 0
            let total = distances.reduce(0) { $0 + exp((nearest - $1.1) / temperature) }
            return distances.prefix(top).map { ($0.0, $0.1, exp((nearest - $0.1) / temperature) / total) }
        }

        func check(_ queries: [[Float]], top: Int, temperature: Float) throws {
            let answers = try index.search(queries: queries, model: modelA, top: top, temperature: temperature)
            #expect(answers.count == queries.count)
            for (query, answer) in zip(queries, answers) {
                let expected = bruteForce(query, top: top, temperature: Double(temperature))
                #expect(answer.map(\.characterID) == expected.map(\.0))
                #expect(answer.map(\.name) == expected.map { "c\($0.0)" })
                for (neighbor, expected) in zip(answer, expected) {
                    #expect(abs(Double(neighbor.distance) - expected.1) <= 1e-7 * expected.1)
                    #expect(abs(Double(neighbor.probability) - expected.2) <= 2e-5 * expected.2 + 1e-9)
                }
            }
        }
    }

    @Test(arguments: [1, 3, 64, 65, 700, 5000], [1, 5, 33])
    func equalsBruteForce(count: Int, queryCount: Int) throws {
        let sample = Sample(count: count, dimensions: 37, seed: UInt64(count))
        var numbers = Numbers(seed: 99)
        try sample.check((0..<queryCount).map { _ in numbers.floats(37) }, top: 10, temperature: 0.5)
    }

    /// The order by likelihood differs from the one by distance, because some prototypes rest on more pictures.
    @Test(arguments: [1, 3, 64, 700, 5000]) func findsTheLikeliestByDefinition(count: Int) throws {
        let sample = Sample(count: count, dimensions: 37, seed: UInt64(count))
        var numbers = Numbers(seed: 98)
        let queries = (0..<5).map { _ in numbers.floats(37) }
        try sample.checkLikely(queries, top: 10, TwoCovariance(between: 6, within: 14, dimensions: 37))
    }

    @Test func nobodyEnrolledIsAStranger() throws {
        let answer = try Sample(count: 0, dimensions: 3, seed: 1).index.likely(
            queries: [[1, 2, 3]], model: modelA, top: 5, given: TwoCovariance(between: 1, within: 1, dimensions: 3))
        #expect(answer == [LikelyCharacters(neighbors: [], stranger: 1)])
    }

    /// Enough work for several threads.
    @Test func equalsBruteForceInParallel() throws {
        let sample = Sample(count: 6001, dimensions: 640, seed: 5)
        var numbers = Numbers(seed: 6)
        try sample.check([numbers.floats(640)], top: 5, temperature: 1)
        try sample.check((0..<3).map { _ in numbers.floats(640) }, top: 5, temperature: 1)
    }

    /// Vectors far from the origin, where |q|² + |p|² − 2q·p loses all digits: the order is still the exact one.
    @Test func survivesCancellation() throws {
        let sample = Sample(count: 900, dimensions: 20, seed: 7, offset: 3000)
        var numbers = Numbers(seed: 8)
        let queries = (0..<4).map { _ in numbers.floats(20).map { $0 + 3000 } }
        let answers = try sample.index.search(queries: queries, model: modelA, top: 8, temperature: 1)
        for (query, answer) in zip(queries, answers) {
            let expected = sample.bruteForce(query, top: 8, temperature: 1)
            #expect(answer.map(\.characterID) == expected.map(\.0))
        }
    }

    @Test func tiesFollowTheCharactersNumbers() throws {
        let matrix = PrototypeMatrix(dimensions: 3, capacity: 0)
        for character in (0..<200).reversed() {
            matrix.set(character: Int64(character), name: "c", vector: [1, 2, 3], count: 1)
        }
        let index = PrototypeIndex()
        index.apply([.replace(model: modelA, matrix: matrix)])
        let found = try index.search(queries: [[0, 0, 0]], model: modelA, top: 4, temperature: 1)
        #expect(found.first?.map(\.characterID) == [0, 1, 2, 3])
        #expect(found.first?.allSatisfy { abs($0.probability - 1 / 200) < 1e-7 } == true)
    }

    @Test(arguments: [1e-6, 0.01, 1, 1e6] as [Float])
    func probabilitiesSumToOne(temperature: Float) throws {
        let sample = Sample(count: 300, dimensions: 16, seed: 3)
        var numbers = Numbers(seed: 4)
        let query = numbers.floats(16).map { $0 * 100 }
        let all = try sample.index.search(queries: [query], model: modelA, top: 1000, temperature: temperature)
        let answer = try #require(all.first)
        #expect(answer.count == 300)
        #expect(abs(answer.reduce(0) { $0 + Double($1.probability) } - 1) < 1e-5)
        #expect(answer.allSatisfy { $0.probability.isFinite && $0.probability >= 0 })
    }

    @Test func followsRowUpdates() throws {
        var sample = Sample(count: 500, dimensions: 9, seed: 11)
        var numbers = Numbers(seed: 12)
        for step in 0..<600 {
            let character = Int64.random(in: 0..<700, using: &numbers)
            if step % 3 == 0 {
                sample.index.apply([.set(character: character, name: "", prototype: nil)])
                sample.vectors[character] = nil
            } else {
                let vector = numbers.floats(9)
                sample.index.apply([
                    .set(character: character, name: "c\(character)", prototype: Prototype(mean: [vector]))
                ])
                sample.vectors[character] = vector
            }
        }
        try sample.check((0..<5).map { _ in numbers.floats(9) }, top: 20, temperature: 1)
    }

    @Test func refusesWhatItCannotCompare() throws {
        let sample = Sample(count: 3, dimensions: 4, seed: 1)
        func reason(_ queries: [[Float]], _ model: String) -> RegistryError.Reason? {
            #expect(throws: RegistryError.self) {
                _ = try sample.index.search(queries: queries, model: model, top: 1, temperature: 1)
            }?.reason
        }
        #expect(reason([[1, 2, 3, 4]], modelB) == .modelNotActive)
        #expect(reason([[1, 2, 3, 4], [1, 2, 3]], modelA) == .dimensionMismatch)
        #expect(reason([[1, 2, .nan, 4]], modelA) == .invalidVector)
        sample.index.apply([.clear])
        #expect(reason([[1, 2, 3, 4]], modelA) == .modelNotActive)
    }
}
