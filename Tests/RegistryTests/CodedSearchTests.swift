import API
import Foundation
import Statistics
import TestSupport
import Testing

@testable import Registry

/// The search by codes, beside the one that compares with every prototype. The threshold of 0 gives codes to a matrix of any size.
@Suite struct CodedSearchTests {
    private static func index(_ vectors: [[Float]], instructionSet: InstructionSet = .best) -> PrototypeIndex {
        let matrix = PrototypeMatrix(
            dimensions: vectors[0].count, capacity: 0, codeThreshold: 0, instructionSet: instructionSet)
        for (character, vector) in vectors.enumerated() {
            matrix.set(character: Int64(character), name: "c\(character)", vector: vector, count: character % 9 + 1)
        }
        matrix.updateCodes()
        let index = PrototypeIndex()
        index.apply([.replace(model: modelA, matrix: matrix)])
        return index
    }

    private static func ask(
        _ index: PrototypeIndex, _ queries: [[Float]], top: Int, temperature: Float = 1, readingAll: Bool
    ) throws -> [[Neighbor]] {
        try index.search(
            queries: queries, model: modelA, top: top, temperature: temperature, readingAll: readingAll)
    }

    /// The first neighbour of unrelated queries among unrelated rows, where nothing but chance tells them apart, and what is said of it,
    /// on every instruction set that this processor has.
    @Test(arguments: ["base", "avx2", "avx512"].filter { InstructionSet.named($0) != nil })
    func findsTheNearestWithExactDistances(set: String) throws {
        let instructionSet = try #require(InstructionSet.named(set))
        var numbers = Numbers(seed: 1)
        // Far from the origin, as embeddings that have much in common are.
        func vector() -> [Float] { numbers.floats(100).map { $0 + 2 } }
        let index = Self.index((0..<6000).map { _ in vector() }, instructionSet: instructionSet)
        let queries = (0..<300).map { _ in vector() }
        let found = try Self.ask(index, queries, top: 5, readingAll: false)
        let exact = try Self.ask(index, queries, top: 5, readingAll: true)
        #expect(zip(found, exact).count { $0.first?.characterID == $1.first?.characterID } >= 299)
        #expect(zip(found, exact).reduce(0) { $0 + Set($1.0.map(\.name)).intersection($1.1.map(\.name)).count } >= 1485)
        for (found, exact) in zip(found, exact) {
            #expect(found.count == 5)
            for neighbor in found {
                guard let same = exact.first(where: { $0.characterID == neighbor.characterID }) else { continue }
                #expect(neighbor.distance == same.distance && neighbor.name == same.name)
                #expect(abs(neighbor.probability / same.probability - 1) < 1e-3)
            }
        }
        #expect(try Self.ask(index, queries, top: 5, readingAll: false) == found)
    }

    /// The likeliest characters among prototypes that rest on 1 to 9 pictures.
    @Test func findsTheLikeliest() throws {
        var numbers = Numbers(seed: 7)
        let model = TwoCovariance(between: 30, within: 60, dimensions: 100)
        let index = Self.index((0..<6000).map { _ in numbers.floats(100) })
        let queries = (0..<200).map { _ in numbers.floats(100) }
        func ask(readingAll: Bool) throws -> [LikelyCharacters] {
            try index.likely(queries: queries, model: modelA, top: 5, given: model, readingAll: readingAll)
        }
        let (found, exact) = (try ask(readingAll: false), try ask(readingAll: true))
        #expect(
            zip(found, exact).count { $0.neighbors.first?.characterID == $1.neighbors.first?.characterID } >= 198)
        for (found, exact) in zip(found, exact) {
            #expect(abs(found.stranger - exact.stranger) < 2e-3)
            for neighbor in found.neighbors {
                guard let same = exact.neighbors.first(where: { $0.characterID == neighbor.characterID }) else {
                    continue
                }
                #expect(abs(neighbor.probability - same.probability) < 2e-3)
            }
        }
    }

    /// More rows than are counted one by one, and many with a share in the sum.
    @Test func aSampleStandsForTheRest() throws {
        var numbers = Numbers(seed: 5)
        let index = Self.index((0..<30_000).map { _ in numbers.floats(64) })
        let queries = (0..<20).map { _ in numbers.floats(64) }
        let found = try Self.ask(index, queries, top: 1, readingAll: false)
        let exact = try Self.ask(index, queries, top: 1, readingAll: true)
        for (found, exact) in zip(found, exact) {
            let (found, exact) = (try #require(found.first), try #require(exact.first))
            #expect(found.characterID != exact.characterID || abs(found.probability / exact.probability - 1) < 0.02)
        }
        #expect(zip(found, exact).count { $0.first?.characterID == $1.first?.characterID } >= 19)
    }

    @Test func aQueryNearARowFindsIt() throws {
        var numbers = Numbers(seed: 2)
        let vectors = (0..<5000).map { _ in numbers.floats(64) }
        let queries = (0..<200).map { query in zip(vectors[query * 7], numbers.floats(64)).map { $0 + 0.3 * $1 } }
        let index = Self.index(vectors)
        let found = try Self.ask(index, queries, top: 1, temperature: 0.05, readingAll: false)
        #expect(found.map { $0.first?.characterID } == (0..<200).map { $0 * 7 })
        #expect(found.allSatisfy { $0.count == 1 && ($0.first?.probability ?? 0) > 0.99 })
    }

    @Test(arguments: [1, 2, 33, 2049]) func returnsAllThatAreAskedFor(count: Int) throws {
        var numbers = Numbers(seed: 3)
        let index = Self.index((0..<count).map { _ in numbers.floats(20) })
        let queries = [numbers.floats(20)]
        let found = try Self.ask(index, queries, top: 5000, readingAll: false)
        let exact = try Self.ask(index, queries, top: 5000, readingAll: true)
        #expect(found.map { $0.map(\.characterID) } == exact.map { $0.map(\.characterID) })
        #expect(abs((found.first ?? []).reduce(0) { $0 + Double($1.probability) } - 1) < 1e-5)
        #expect(try Self.ask(index, queries, top: 0, readingAll: false) == [[]])
    }

    @Test func tiesFollowTheCharactersNumbers() throws {
        let index = Self.index([[Float]](repeating: [1, 2, 3], count: 3000))
        let found = try Self.ask(index, [[0.3, 0.1, 0]], top: 4, readingAll: false)
        #expect(found.first?.map(\.characterID) == [0, 1, 2, 3])
        #expect(found.first?.allSatisfy { abs($0.probability * 3000 - 1) < 1e-3 } == true)
    }

    @Test func followsRowUpdates() throws {
        var numbers = Numbers(seed: 4)
        let index = Self.index((0..<100).map { _ in numbers.floats(48) })
        var vectors: [Int64: [Float]] = [:]
        for character in Int64(0)..<100 { index.apply([.set(character: character, name: "", prototype: nil)]) }
        for step in 0..<4000 {
            let character = Int64.random(in: 0..<1500, using: &numbers)
            if step % 4 == 0 {
                index.apply([.set(character: character, name: "", prototype: nil)])
                vectors[character] = nil
            } else {
                let vector = numbers.floats(48)
                index.apply([.set(character: character, name: "c\(character)", prototype: Prototype(mean: [vector]))])
                vectors[character] = vector
            }
        }
        let queries = vectors.values.map { vector in vector.map { $0 + 0.01 } }
        let found = try Self.ask(index, queries, top: 3, readingAll: false)
        for (found, vector) in zip(found, vectors.values) {
            let nearest = try #require(found.first)
            #expect(vectors[nearest.characterID] == vector && nearest.name == "c\(nearest.characterID)")
        }
    }

    @Test func onlyALargeMatrixHasCodes() {
        let matrix = PrototypeMatrix(dimensions: 4, capacity: 0, codeThreshold: 40)
        func set(_ count: Int) {
            for character in 0..<count {
                matrix.set(character: Int64(character), name: "", vector: [1, 2, 3, 4], count: 1)
            }
            matrix.updateCodes()
        }
        set(10)
        #expect(matrix.codes == nil)
        set(11)
        #expect(matrix.codes?.centeredOn == 11)
        set(22)
        #expect(matrix.codes?.centeredOn == 11)
        // More than twice as many: the center of the first ones may no longer be that of all.
        set(23)
        #expect(matrix.codes?.centeredOn == 23)
        for character in 10..<23 { matrix.remove(character: Int64(character)) }
        matrix.updateCodes()
        #expect(matrix.codes == nil)
    }
}
