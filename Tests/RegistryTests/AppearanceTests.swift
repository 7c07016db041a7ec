import API
import Foundation
import Statistics
import TestSupport
import Testing

@testable import Registry

/// Characters whose images fall into groups: what is stored of them, and what a search finds.
@Suite struct AppearanceTests {
    private let scratch: ScratchDirectory
    private let registry: Registry
    private static let model = TwoCovariance(between: 20, within: 0.12, dimensions: 8)

    init() async throws {
        scratch = try ScratchDirectory()
        registry = try await Self.open(scratch)
        _ = try await registry.importModel(
            identity: modelA, name: "A", architecture: "resnet12", dimensions: 6, metadata: Self.metadata(Self.model),
            bytes: Data([1]))
        _ = try await registry.activateModel(identity: modelA)
    }

    private static func open(_ scratch: ScratchDirectory) async throws -> Registry {
        try await Registry.open(directory: scratch.data, database: try TestDatabase.address(for: scratch.data))
    }

    private static func metadata(_ model: TwoCovariance) throws -> String {
        let rule = DecisionRule(covariance: model, curve: [.init(falseAccepts: 0.1, threshold: 0.5)])
        let text = String(decoding: try JSONEncoder().encode(rule), as: UTF8.self)
        return String(decoding: try JSONEncoder().encode(["decision": text]), as: UTF8.self)
    }

    private static func about(_ axis: Int, _ number: Int) -> [Float] {
        (0..<6).map { ($0 == axis ? 1 : 0) + Float((number * 7 + $0 * 3) % 5 - 2) * 0.04 }
    }

    /// Eight images about one axis and two about another.
    private func enrollRei() async throws {
        let images = (0..<10).map { newImage($0, Self.about($0 < 8 ? 0 : 3, $0)) }
        _ = try await registry.enroll(character: "Rei", images: images, model: modelA)
        let other = (20..<30).map { newImage($0, Self.about(1, $0)) }
        _ = try await registry.enroll(character: "Asuka", images: other, model: modelA)
    }

    /// The probability of Rei for a picture of her rare appearance.
    private func probability(_ registry: Registry) throws -> Float {
        let found = try registry.likely(
            queries: [Self.about(3, 99)], model: modelA, top: 2, given: Self.model)[0]
        let sum = found.neighbors.reduce(0) { $0 + Double($1.probability) } + found.stranger
        #expect(abs(sum - 1) < 1e-5 && Set(found.neighbors.map(\.name)) == ["Rei", "Asuka"])
        return found.neighbors.first { $0.name == "Rei" }?.probability ?? 0
    }

    private func shown(_ registry: Registry) async throws -> [Int]? {
        try await registry.prototype(of: "Rei")?.appearances
    }

    @Test func aPictureOfARareAppearanceIsNamed() async throws {
        try await enrollRei()
        #expect(try await shown(registry) == [8, 2])
        #expect(try await registry.prototype(of: "Asuka")?.appearances == [10])
        let several = try probability(registry)
        #expect(several > 0.9)
        // One mean does not know it, as registries of 0.1.0 have it.
        try await registry.execute("DELETE FROM appearances")
        try registry.indexes.prototypes.load(from: try scratch.connect())
        let one = try probability(registry)
        #expect(one < 0.5, "\(one) against \(several)")
        _ = try await registry.rebuildPrototypes(character: nil)
        #expect(try probability(registry) == several)
    }

    @Test func theyAreThereAfterAStart() async throws {
        try await enrollRei()
        let before = try probability(registry)
        await registry.close()
        let opened = try await Self.open(scratch)
        #expect(try probability(opened) == before && opened.enrolledNames.sorted() == ["Asuka", "Rei"])
        #expect(try await shown(opened) == [8, 2])
        await opened.close()
        let found = try scratch.check {
            $0 == Data([1]) ? modelA : digest(Int(String(decoding: $0.prefix { $0 > 0 }, as: UTF8.self)) ?? -1)
        }
        #expect(found.counts.prototypes == 2 && found.schema == embeddedMigrations.count)
    }

    /// Old rows stay valid, and the next change of the character groups its images.
    @Test func aChangeOfTheCharacterGroupsItsImages() async throws {
        try await enrollRei()
        try await registry.execute("DELETE FROM appearances")
        #expect(try await shown(registry) == [10])
        _ = try await registry.enroll(character: "Rei", images: [newImage(11, Self.about(3, 11))], model: modelA)
        #expect(try await shown(registry) == [8, 3])
        let rare = try await registry.images(of: "Rei").suffix(3).map(\.id)
        _ = try await registry.removeImages(rare)
        #expect(try await shown(registry) == [8])
        #expect(try await registry.scalar("SELECT count(*) FROM appearances") == 0)
        #expect(try probability(registry) < 0.5)
        _ = try await registry.undo(expecting: nil)
        #expect(try await shown(registry) == [8, 3])
        #expect(try probability(registry) > 0.9)
    }

    @Test func theyFollowRenamingMergingSplittingAndRemoval() async throws {
        try await enrollRei()
        _ = try await registry.renameCharacter("Rei", to: "Ayanami")
        #expect(registry.enrolledNames.sorted() == ["Asuka", "Ayanami"])
        let rare = try await registry.images(of: "Ayanami").suffix(2).map(\.id)
        _ = try await registry.splitCharacter("Ayanami", images: rare, into: "Yui")
        #expect(try await registry.prototype(of: "Ayanami")?.appearances == [8])
        _ = try await registry.mergeCharacter("Yui", into: "Ayanami")
        #expect(try await registry.prototype(of: "Ayanami")?.appearances == [8, 2])
        #expect(registry.enrolledNames.sorted() == ["Asuka", "Ayanami"])
        _ = try await registry.removeCharacter(named: "Ayanami")
        #expect(try await registry.scalar("SELECT count(*) FROM appearances") == 0)
        let left = try registry.likely(queries: [Self.about(3, 1)], model: modelA, top: 9, given: Self.model)[0]
        #expect(left.neighbors.map(\.name) == ["Asuka"])
    }

    @Test func anotherModelGroupsByItsOwnRule() async throws {
        try await enrollRei()
        // One without a rule and a radius has one mean for each character.
        _ = try await registry.importModel(
            identity: modelB, name: "B", architecture: "resnet12", dimensions: 6, metadata: "{}", bytes: Data([2]))
        let vectors = (0..<20).map { (imageID: Int64($0 + 1), vector: Self.about($0 % 6, $0)) }
        _ = try await registry.storeEmbeddings(model: modelB, vectors)
        _ = try await registry.activateModel(identity: modelB)
        #expect(try await shown(registry) == [10])
        #expect(try await registry.scalar("SELECT count(*) FROM appearances") == 0)
        _ = try await registry.activateModel(identity: modelA)
        #expect(try await shown(registry) == [8, 2])
    }

    @Test(
        .onFiles,
        arguments: [
            "count = 7", "vector = CAST(X'0000' || substr(vector, 3, 1) || X'3E' || substr(vector, 5) AS BLOB)",
        ])
    func changedAppearancesAreFound(change: String) async throws {
        try await enrollRei()
        try await registry.execute("UPDATE appearances SET \(change) WHERE number = 0")
        await registry.close()
        let error = #expect(throws: RegistryError.self) {
            try Registry.check(directory: scratch.data, digest: { _ in "" }, progress: { _, _ in })
        }
        #expect(error?.message.contains("the appearances of Rei") == true)
    }

    /// Random characters, some with several appearances, beside a search by definition.
    private struct Cast {
        let index = PrototypeIndex()
        let matrix: PrototypeMatrix
        var appearances: [Int64: [Appearance]] = [:]

        init(codeThreshold: Int) {
            matrix = PrototypeMatrix(dimensions: 24, capacity: 0, codeThreshold: codeThreshold)
        }

        mutating func add(_ characters: Range<Int64>, _ numbers: inout Numbers) {
            for character in characters {
                let number = Int(character % 3) + 1
                let all = (0..<number).map { Appearance(mean: numbers.floats(24), count: $0 + 2) }
                appearances[character] = all
                matrix.set(
                    character: character, name: "c\(character)", vector: Appearance.common(all),
                    count: all.reduce(0) { $0 + $1.count }, appearances: number > 1 ? all : [])
            }
        }

        func likeliest(_ query: [Float], _ model: TwoCovariance) -> [(character: Int64, probability: Double)] {
            let order = appearances.keys.sorted()
            func square(_ vector: [Float]) -> Double { vector.reduce(0) { $0 + Double($1) * Double($1) } }
            let posterior = Posterior(
                ratios: order.map { character in
                    log(
                        Appearance.rows(appearances[character] ?? []).reduce(0) { sum, row in
                            sum + row.share
                                * exp(
                                    model.terms(count: row.count).ratio(
                                        squaredDistance: squaredDistance(query, row.vector),
                                        squaredMean: square(row.vector), squaredQuery: square(query)))
                        })
                })
            return zip(order, posterior.characters).map { ($0, $1) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        }
    }

    /// With codes and without, before and after rows have moved.
    @Test(arguments: [PrototypeMatrix.largestWithoutCodes, 0]) func aSearchEqualsTheDefinition(codeThreshold: Int)
        throws
    {
        var numbers = Numbers(seed: 3)
        let model = TwoCovariance(between: 8, within: 6, dimensions: 24)
        var cast = Cast(codeThreshold: codeThreshold)
        cast.add(0..<900, &numbers)
        for character in stride(from: Int64(0), to: 900, by: 4) {
            cast.matrix.remove(character: character)
            cast.appearances[character] = nil
        }
        // Others get another number of appearances.
        cast.add(451..<500, &numbers)
        cast.matrix.updateCodes()
        #expect((cast.matrix.codes == nil) == (codeThreshold > 0))
        #expect(cast.matrix.characterCount == cast.appearances.count)
        cast.index.apply([.replace(model: modelA, matrix: cast.matrix)])
        #expect(Set(cast.index.names) == Set(cast.appearances.keys.map { "c\($0)" }))
        let isCoded = codeThreshold == 0
        var firsts = 0
        for _ in 0..<60 {
            let query = numbers.floats(24)
            let found = try cast.index.likely(queries: [query], model: modelA, top: 8, given: model)[0].neighbors
            let expected = cast.likeliest(query, model)
            if found[0].characterID == expected[0].character { firsts += 1 }
            if !isCoded { #expect(found.map(\.characterID) == expected.prefix(8).map(\.character)) }
            #expect(found.count == 8 && Set(found.map(\.characterID)).count == 8)
            for neighbor in found {
                let same = try #require(expected.first { $0.character == neighbor.characterID })
                #expect(abs(Double(neighbor.probability) - same.probability) < (isCoded ? 5e-3 : 1e-5))
                let mean = Appearance.common(cast.appearances[neighbor.characterID] ?? [])
                #expect(abs(Double(neighbor.distance) - squaredDistance(query, mean).squareRoot()) < 1e-5)
                let rows = cast.appearances[neighbor.characterID]?.count ?? 0
                #expect(neighbor.seen.means.count == rows)
            }
            // By distance, every character counts by the mean of all its pictures.
            let near = try cast.index.search(queries: [query], model: modelA, top: 5, temperature: 1)[0]
            let nearest = cast.appearances.map { ($0.key, squaredDistance(query, Appearance.common($0.value))) }
                .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
            if !isCoded { #expect(near.map(\.characterID) == nearest.prefix(5).map(\.0)) }
            let all = try cast.index.search(queries: [query], model: modelA, top: 2000, temperature: 1)[0]
            #expect(all.count == cast.appearances.count)
            #expect(abs(all.reduce(0) { $0 + Double($1.probability) } - 1) < 1e-4)
        }
        #expect(firsts >= 58)
    }
}
