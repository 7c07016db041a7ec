import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// The revisions of a registry, whatever database it is in.
@Suite struct ChangeLogTests {
    let scratch = try? ScratchDirectory()

    private func open() async throws -> Registry { try await .scratch(try #require(scratch)) }

    @Test func `what answers rest on has a revision, and what they do not has none`() async throws {
        let registry = try await open()
        let start = registry.revision
        _ = try await registry.enroll(character: "Asuka", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        #expect(registry.revision == start + 1)
        try await registry.setSetting("head", "mean")
        #expect(registry.revision == start + 2)
        _ = try await registry.setNote(of: "Asuka", "a note")
        #expect(registry.revision == start + 2)
        await expect(.characterNotFound) { _ = try await registry.renameCharacter("Rei", to: "Ayanami") }
        #expect(registry.revision == start + 2)
        // A picture that is enrolled already changes nothing.
        _ = try await registry.enroll(character: "Asuka", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        #expect(registry.revision == start + 2)
        await registry.close()
        let address = try TestDatabase.address(for: try #require(scratch).data)
        let again = try await Registry.open(directory: try #require(scratch).data, database: address)
        #expect(again.revision == start + 2)
    }

    @Test func `a revision that is not there yet is refused`() async throws {
        let registry = try await open()
        try await registry.reach(registry.revision)
        await expect(.behind) { try await registry.reach(registry.revision + 1) }
    }

    @Test func `the log says what changed, and all kinds where it does not go back that far`() async throws {
        let registry = try await open()
        _ = try await registry.enroll(character: "Asuka", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        let before = registry.revision
        _ = try await registry.enroll(character: "Rei", images: [newImage(2, [0, 1, 0, 0])], model: modelA)
        _ = try await registry.enroll(character: "Rei", images: [newImage(3, [0, 2, 0, 0])], model: modelA)
        let rei = try await registry.character(named: "Rei").id
        let connection = try #require(try scratch?.connect())
        #expect(try connection.changes(after: before) == [LoggedChange(kind: .character, character: rei)])
        #expect(try connection.changes(after: registry.revision).isEmpty)
        try await registry.execute("DELETE FROM changes WHERE revision <= \(before + 1)")
        #expect(try connection.changes(after: before).map(\.kind).count == ChangeKind.allCases.count - 1)
        #expect(try connection.changes(after: before + 1).count == 1)
    }

    /// A merge changes two characters: a search sees both or none.
    @Test func `a search sees all of a change or nothing of it`() async throws {
        let index = PrototypeIndex()
        index.apply([.replace(model: modelA, matrix: PrototypeMatrix(dimensions: 2, capacity: 4))])
        let names = ["before": [Float](arrayLiteral: 1, 0), "after": [1, 0]].mapValues { Prototype(mean: [$0]) }
        index.apply([.set(character: 1, name: "before", prototype: names["before"] ?? nil)])
        let searching = Task.detached {
            var counts: Set<Int> = []
            for _ in 0..<20_000 {
                counts.insert(try index.search(queries: [[1, 0]], model: modelA, top: 9, temperature: 1)[0].count)
            }
            return counts
        }
        for turn in 0..<2000 {
            let (from, to): (Int64, Int64) = turn % 2 == 0 ? (1, 2) : (2, 1)
            index.apply([
                .set(character: from, name: "", prototype: nil),
                .set(character: to, name: "after", prototype: names["after"] ?? nil),
            ])
        }
        #expect(try await searching.value == [1])
    }
}
