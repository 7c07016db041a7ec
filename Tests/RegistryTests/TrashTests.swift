import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// The trash: what is removed, merged or moved can be taken back.
@Suite struct TrashTests {
    let scratch = try? ScratchDirectory()

    /// A change of each kind.
    static let changes: [(kind: TrashKind, make: @Sendable (Registry) async throws -> Void)] = [
        (.imageRemove, { try await $0.removeImages([$0.numbers("Rei")[1], $0.numbers("Asuka")[0]]) }),
        (.imageMove, { _ = try await $0.moveImages([$0.numbers("Rei")[1], $0.numbers("Rei")[2]], to: "Asuka") }),
        (.imageMove, { _ = try await $0.moveImages([$0.numbers("Rei")[2], $0.numbers("Asuka")[0]], to: "Ayanami") }),
        (.imageMove, { _ = try await $0.moveImages([$0.numbers("Rei")[0], $0.numbers("Asuka")[1]], to: "Mari") }),
        (.characterRemove, { try await $0.removeCharacter(named: "Ayanami") }),
        (.characterMerge, { _ = try await $0.mergeCharacter("Ayanami", into: "Rei") }),
        (.characterMerge, { _ = try await $0.mergeCharacter("Rei", into: "Asuka") }),
        (.characterSplit, { _ = try await $0.splitCharacter("Rei", images: [$0.numbers("Rei")[0]], into: "Mari") }),
        (
            .inboxDiscard,
            { _ = try await $0.discardInboxPictures([$0.inboxPictures()[0].id, $0.inboxPictures()[2].id]) }
        ),
    ]

    @Test(arguments: changes.indices)
    func `undo makes everything and every answer what it was, after a restart too`(index: Int) async throws {
        let scratch = try #require(scratch)
        let (kind, make) = Self.changes[index]
        var registry = try await Registry.populated(scratch)
        let before = try await VisibleState(registry)
        try await make(registry)
        let after = try await VisibleState(registry)
        #expect(after != before)
        let change = try #require(try await registry.trash(limit: 10, before: nil).first)
        #expect(change.kind == kind && change.who == "aniwhod" && change.pictures + change.moved > 0)

        await registry.close()
        registry = try await Registry.open(
            directory: scratch.data, database: try TestDatabase.address(for: scratch.data))
        #expect(try await VisibleState(registry) == after)
        let restored = try await registry.undo(expecting: change.id)
        #expect(restored.change == change && restored.warnings.isEmpty)
        #expect(restored.pictures == change.pictures && restored.moved == change.moved)
        #expect(try await VisibleState(registry) == before)
        #expect(try await registry.trashSize() == .none)
        let entry = try #require(try await registry.audit(limit: 10).first { $0.action == "trash.undo" })
        #expect(entry.detail["kind"]?.string == kind.rawValue && entry.detail["change"] == .integer(change.id))

        await registry.close()
        registry = try await Registry.open(
            directory: scratch.data, database: try TestDatabase.address(for: scratch.data))
        #expect(try await VisibleState(registry) == before)
        try Self.check(scratch)
    }

    /// The registry's own check finds nothing, in the trash neither.
    private static func check(_ scratch: ScratchDirectory) throws {
        let connection = try scratch.connect()
        if TestDatabase.isFile {
            #expect(try connection.first("SELECT count(*) FROM pragma_foreign_key_check") { $0.int(0) } == 0)
        }
        let unsound = try connection.first(
            """
            SELECT count(*) FROM characters c LEFT JOIN prototypes p ON p.character = c.id
            WHERE coalesce(p.count, 0) <> (SELECT count(*) FROM images i WHERE i.character = c.id)
            """
        ) { $0.int(0) }
        #expect(unsound == 0)
        #expect(
            try connection.first("SELECT count(*) FROM prototypes WHERE character NOT IN (SELECT id FROM characters)") {
                $0.int(0)
            } == 0)
    }

    @Test func `changes are undone one after the other`() async throws {
        let registry = try await Registry.populated(try #require(scratch))
        var states = [try await VisibleState(registry)]
        try await registry.removeImage(try await registry.numbers("Rei")[0])
        states.append(try await VisibleState(registry))
        _ = try await registry.mergeCharacter("Ayanami", into: "Rei")
        states.append(try await VisibleState(registry))
        _ = try await registry.mergeCharacter("Rei", into: "Asuka")
        states.append(try await VisibleState(registry))
        try await registry.removeCharacter(named: "Asuka")
        for state in states.reversed() {
            _ = try await registry.undo(expecting: nil)
            #expect(try await VisibleState(registry) == state)
        }
        let error = await #expect(throws: RegistryError.self) { try await registry.undo(expecting: nil) }
        #expect(error?.code == .changeNotFound && error?.message.contains("nothing to undo") == true)
    }

    @Test func `several changes come back together, or none`() async throws {
        let registry = try await Registry.populated(try #require(scratch))
        let before = try await VisibleState(registry)
        try await registry.removeImage(try await registry.numbers("Rei")[0])
        try await registry.removeCharacter(named: "Rei")
        _ = try await registry.discardInboxPictures([try await registry.inboxPictures()[0].id])
        let after = try await VisibleState(registry)
        await expect(.changeNotFound) { _ = try await registry.restoreTrash([1, 9]) }
        // The image's character is in the trash itself.
        let error = await #expect(throws: RegistryError.self) { try await registry.restoreTrash([1]) }
        #expect(error?.code == .changeBlocked && error?.message.contains("aniwho trash restore 2") == true)
        await expect(.changeBlocked) { _ = try await registry.undo(expecting: 1) }
        #expect(try await VisibleState(registry) == after)
        #expect(try await registry.restoreTrash([1, 2, 3, 2]).map(\.change.id) == [3, 2, 1])
        #expect(try await VisibleState(registry) == before)
        #expect(try await registry.audit(limit: 10).filter { $0.action == "trash.restore" }.count == 3)
    }

    @Test func `a name that is taken now keeps a character in the trash`() async throws {
        let registry = try await Registry.populated(try #require(scratch))
        try await registry.removeCharacter(named: "Rei")
        _ = try await registry.createCharacter(named: "Rei")
        let error = await #expect(throws: RegistryError.self) { try await registry.undo(expecting: nil) }
        #expect(error?.code == .characterExists && error?.message.contains("aniwho characters rename") == true)
        #expect(try await registry.trash(limit: 9, before: nil).count == 1)
        _ = try await registry.renameCharacter("Rei", to: "Rei II")
        #expect(try await registry.undo(expecting: nil).pictures == 3)
        #expect(try await registry.character(named: "Rei").note == "from the series")
    }

    @Test func `a picture in the trash can be enrolled again, and is there once after an undo`() async throws {
        let registry = try await Registry.populated(try #require(scratch))
        let numbers = try await registry.numbers("Rei")
        try await registry.removeImages([numbers[0], numbers[1]])
        let again = try await registry.enroll(
            character: "Rei", images: [newImage(0, [0, 1, 2, 3])], model: modelA)
        #expect(again.added.count == 1 && again.duplicates.isEmpty && again.conflicts.isEmpty)
        let restored = try await registry.undo(expecting: nil)
        #expect(restored.pictures == 1 && restored.warnings == ["1 picture is enrolled there again already"])
        #expect(try await registry.numbers("Rei") == [numbers[1], numbers[2], try #require(again.added.first).id])
        #expect(try await registry.scalar("SELECT count(*) FROM all_images") == 8)
        #expect(try await registry.prototype(of: "Rei")?.count == 3)
        // A rejection since then gives way: the owner says that the picture is of the character after all.
        try await registry.removeImage(numbers[1])
        _ = try await registry.reject(character: "Rei", images: [newImage(1, [1, 1, 2, 3])], model: modelA)
        _ = try await registry.undo(expecting: nil)
        #expect(try await !registry.rejections().contains { $0.character == "Rei" && $0.sha256 == digest(1) })
    }

    @Test func `inbox pictures that came again or were enrolled stay as they are`() async throws {
        let registry = try await Registry.populated(try #require(scratch))
        let pictures = try await registry.inboxPictures()
        _ = try await registry.discardInboxPictures(pictures.map(\.id))
        _ = try await registry.keepInInbox([newImage(30, [1, 1, 1, 1])], model: modelA)
        _ = try await registry.enroll(character: "Mari", images: [newImage(31, [2, 2, 2, 2])], model: modelA)
        let restored = try await registry.undo(expecting: nil)
        #expect(
            restored.pictures == 1
                && restored.warnings == ["1 picture is in the inbox again already", "1 picture is enrolled since"])
        #expect(try await registry.inboxPictures().map(\.sha256).sorted() == [digest(30), digest(32)])
        #expect(try await registry.inboxEmbeddings(model: modelA).count == 2)
    }

    @Test(.onFiles) func `a failure within a change or an undo loses nothing`() async throws {
        let registry = try await Registry.populated(try #require(scratch))
        let before = try await VisibleState(registry)
        try await registry.execute(
            "CREATE TEMP TRIGGER full BEFORE INSERT ON audit BEGIN SELECT raise(ABORT, 'full'); END")
        for (_, make) in Self.changes { await #expect(throws: RegistryError.self) { try await make(registry) } }
        #expect(try await VisibleState(registry) == before)
        #expect(try await registry.trashSize() == .none)
        try await registry.execute("DROP TRIGGER full")
        try await registry.removeCharacter(named: "Ayanami")
        let after = try await VisibleState(registry)
        try await registry.execute(
            "CREATE TEMP TRIGGER full BEFORE INSERT ON audit BEGIN SELECT raise(ABORT, 'full'); END")
        await #expect(throws: RegistryError.self) { try await registry.undo(expecting: nil) }
        await #expect(throws: RegistryError.self) { try await registry.removeOldestTrash(.upTo(9)) }
        #expect(try await VisibleState(registry) == after)
        try await registry.execute("DROP TRIGGER full")
        _ = try await registry.undo(expecting: nil)
        #expect(try await VisibleState(registry) == before)
    }
}
