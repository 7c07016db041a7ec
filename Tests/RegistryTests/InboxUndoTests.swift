import API
import Foundation
import Testing

@testable import Registry

/// What leaves the inbox and comes back: named and ignored pictures.
@Suite struct InboxUndoTests {
    private let scratch = try? ScratchDirectory()

    private func started() async throws -> (registry: Registry, ids: [Int64]) {
        let registry = try await Registry.scratch(try #require(scratch))
        _ = try await registry.enroll(character: "Rei", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        let images = [2, 3, 4].map { newImage($0, [Float($0), 0, 0, 0]) }
        return (registry, try await registry.keepInInbox(images, model: modelA).kept.map(\.id))
    }

    @Test func `a naming is taken back: the faces wait again, and a character that it made is gone`() async throws {
        let (registry, ids) = try await started()
        let before = try await VisibleState(registry)
        for name in ["Asuka", "Rei"] {
            _ = try await registry.nameInboxPictures([ids[0], ids[2]], character: name, model: modelA)
            #expect(try await registry.inboxPictures().map(\.id) == [ids[1]])
            let restored = try await registry.undo(expecting: nil)
            #expect(restored.change.kind == .inboxName && restored.change.into == name)
            #expect(restored.pictures == 2 && restored.moved == 2 && restored.warnings.isEmpty)
            #expect(try await VisibleState(registry) == before)
        }
    }

    @Test func `a face that was moved since its naming stays where it is`() async throws {
        let (registry, ids) = try await started()
        let named = try await registry.nameInboxPictures(ids, character: "Asuka", model: modelA)
        let change = try #require(try await registry.newestTrash())
        _ = try await registry.moveImages([named.added[0].id], to: "Rei")
        let restored = try await registry.restoreTrash([change])[0]
        #expect(restored.moved == 2 && restored.pictures == 2)
        #expect(restored.warnings.contains("1 picture was moved since, and stays there"))
        #expect(restored.warnings.contains("1 picture is enrolled since"))
        #expect(try await registry.images(of: "Rei").map(\.id).contains(named.added[0].id))
        #expect(try await registry.inboxPictures().map(\.id) == [ids[1], ids[2]])
    }

    @Test func `a face that the character had already stays when the naming is taken back`() async throws {
        let (registry, ids) = try await started()
        let rei = try await registry.images(of: "Rei")
        _ = try await registry.nameInboxPictures([ids[0]], character: "Rei", model: modelA)
        _ = try await registry.undo(expecting: nil)
        #expect(try await registry.images(of: "Rei") == rei)
    }

    @Test func `ignored faces never come back by themselves, and are not thrown away`() async throws {
        let (registry, ids) = try await started()
        let ignored = try await registry.ignoreInboxPictures([ids[2], ids[0]])
        #expect(ignored.map(\.id) == [ids[0], ids[2]])
        let again = try await registry.keepInInbox(
            [2, 3, 4, 5].map { newImage($0, [Float($0), 0, 0, 0]) }, model: modelA)
        #expect(again.ignored == 2 && again.known == 1 && again.kept.map(\.sha256) == [digest(5)])
        #expect(try await registry.removeOldestTrash(.upTo(.max)) == nil)
        #expect(try await registry.removeOldestTrash(.madeBy(.distantFuture)) == nil)
        let listed = try await registry.ignoredPictures()
        #expect(listed.map(\.pictures) == [[ids[0], ids[2]]])
        #expect(try await registry.inboxKey(ids[0]).sha256 == digest(2))
        #expect(try await registry.inboxFile(ids[0]) == newImage(2, []).bytes)
        let restored = try await registry.restoreTrash([listed[0].change])[0]
        #expect(restored.pictures == 2)
        #expect(try await registry.inboxPictures().map(\.id).prefix(3) == ids[...])
        #expect(try await registry.ignoredPictures().isEmpty)
        await expect(.imageNotFound) { _ = try await registry.ignoreInboxPictures([ids[0], 99]) }
        await expect(.imageNotFound) { _ = try await registry.inboxKey(99) }
    }
}
