import API
import Foundation
import Testing

@testable import Registry

/// Merges, splits and moves that are taken back after more has happened.
@Suite struct TrashMergeTests {
    let scratch = try? ScratchDirectory()

    @Test func `what happened to merged images since is respected`() async throws {
        let registry = try await Registry.populated(try #require(scratch))
        let (rei, ayanami) = (try await registry.numbers("Rei"), try await registry.numbers("Ayanami"))
        _ = try await registry.mergeCharacter("Ayanami", into: "Rei")
        // Of Ayanami's images 2, 3 and 4, the first was Rei's already.
        #expect(try await registry.numbers("Rei") == rei + ayanami.dropFirst())
        let added = try await registry.enroll(character: "Rei", images: [newImage(8, [8, 1, 2, 3])], model: modelA)
        let new = try #require(added.added.first).id
        try await registry.removeImages([ayanami[1], rei[0]])
        _ = try await registry.changeTags(of: "Rei", adding: ["quiet"], removing: ["pilot"])
        _ = try await registry.setNote(of: "Rei", "rewritten")

        let restored = try await registry.restoreTrash([1])[0]
        #expect(restored.pictures == 1 && restored.moved == 1)
        #expect(
            restored.warnings == [
                "1 picture was removed since, and stays removed",
                "the note of Rei was changed since, and stays as it is",
            ])
        #expect(try await registry.numbers("Ayanami") == [ayanami[0], ayanami[2]])
        #expect(try await registry.numbers("Rei") == [rei[1], rei[2], new])
        let (one, other) = (
            try await registry.character(named: "Ayanami"), try await registry.character(named: "Rei")
        )
        #expect(one.tags == ["blue", "pilot"] && one.note == "from the film")
        #expect(other.tags == ["quiet"] && other.note == "rewritten")
        #expect(try await registry.prototype(of: "Ayanami")?.count == 2)
        // The removed image comes back to the character that had it before the merge.
        #expect(try await registry.undo(expecting: nil).pictures == 2)
        #expect(try await registry.numbers("Ayanami") == ayanami)
    }

    @Test func `images that were moved on stay where they are`() async throws {
        let registry = try await Registry.populated(try #require(scratch))
        let ayanami = try await registry.numbers("Ayanami")
        _ = try await registry.mergeCharacter("Ayanami", into: "Rei")
        _ = try await registry.moveImages([ayanami[2]], to: "Asuka")
        let restored = try await registry.restoreTrash([1])[0]
        #expect(restored.moved == 1 && restored.warnings == ["1 picture was moved again since, and stays there"])
        #expect(try await registry.image(ayanami[2]).character == "Asuka")
        #expect(try await registry.numbers("Ayanami") == Array(ayanami.prefix(2)))
        // A merge into a character that was merged itself waits for that one.
        _ = try await registry.mergeCharacter("Ayanami", into: "Rei")
        _ = try await registry.mergeCharacter("Rei", into: "Asuka")
        let error = await #expect(throws: RegistryError.self) { try await registry.restoreTrash([3]) }
        #expect(error?.code == .changeBlocked && error?.message.contains("aniwho trash restore 4") == true)
    }

    @Test func `a character that a split made stays with what it has got since`() async throws {
        let registry = try await Registry.populated(try #require(scratch))
        let rei = try await registry.numbers("Rei")
        _ = try await registry.splitCharacter("Rei", images: [rei[0], rei[1]], into: "Mari")
        _ = try await registry.enroll(character: "Mari", images: [newImage(9, [9, 1, 2, 3])], model: modelA)
        let restored = try await registry.undo(expecting: nil)
        #expect(restored.moved == 2 && restored.warnings == ["the character Mari stays: it has got more since"])
        #expect(try await registry.numbers("Rei") == rei)
        #expect(try await registry.prototype(of: "Mari")?.count == 1)
        #expect(registry.enrolledNames.sorted() == ["Asuka", "Ayanami", "Mari", "Rei"])

        // One that lost an image to the trash stays, too, so that the image can come back to it.
        _ = try await registry.splitCharacter("Rei", images: [rei[0]], into: "Kaworu")
        let own = try await registry.enroll(
            character: "Kaworu", images: [newImage(10, [10, 1, 2, 3])], model: modelA)
        try await registry.removeImages([try #require(own.added.first).id])
        _ = try await registry.restoreTrash([2])
        #expect(try await registry.character(named: "Kaworu").images == 0)
        _ = try await registry.undo(expecting: nil)
        #expect(try await registry.character(named: "Kaworu").images == 1)
    }

    @Test func `a picture that its character has again is not there twice`() async throws {
        let registry = try await Registry.populated(try #require(scratch))
        let rei = try await registry.numbers("Rei")
        _ = try await registry.moveImages([rei[0]], to: "Asuka")
        _ = try await registry.enroll(character: "Rei", images: [newImage(0, [0, 1, 2, 3])], model: modelA)
        let restored = try await registry.undo(expecting: nil)
        #expect(restored.moved == 0 && restored.warnings == ["1 picture is enrolled there again already"])
        #expect(try await registry.images(of: "Rei").filter { $0.sha256 == digest(0) }.count == 1)
        #expect(try await !registry.images(of: "Asuka").contains { $0.sha256 == digest(0) })
        await expect(.imageNotFound) { _ = try await registry.image(rei[0]) }
    }
}
