import API
import Foundation
import Geometry
import Testing

@testable import Registry

/// Several faces of one picture: each is an image of its own, and what is said of one is not said of the others.
@Suite struct FaceTests {
    let scratch = try? ScratchDirectory()
    private let left = PixelBox(0, 0, 5, 5)
    /// A box of another detector: it overlaps `left` by 16 of 25.
    private let nearLeft = PixelBox(1, 1, 4, 4)
    private let right = PixelBox(6, 20, 5, 5)

    @Test func `one picture shows two characters, and that is no conflict`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        let rei = try await registry.enroll(
            character: "Rei", images: [newImage(1, [0, 0, 0, 0], box: left)], model: modelA)
        let asuka = try await registry.enroll(
            character: "Asuka", images: [newImage(1, [9, 0, 0, 0], box: right)], model: modelA)
        #expect(rei.added.map(\.box) == [left] && asuka.added.map(\.box) == [right])
        #expect(asuka.conflicts.isEmpty)
        // The same face, by another detector or as the whole picture.
        let again = try await registry.enroll(
            character: "Rei", images: [newImage(1, [1, 0, 0, 0], box: nearLeft), newImage(1, [1, 0, 0, 0])],
            model: modelA)
        #expect(again.added.isEmpty && again.duplicates.map(\.image.id) == [1, 1])
        let other = try await registry.enroll(
            character: "Misato", images: [newImage(1, [5, 0, 0, 0], box: nearLeft)], model: modelA)
        #expect(other.conflicts.map(\.image.character) == ["Rei"] && other.added.count == 1)
        // Another face of the picture may be the same character.
        let twin = try await registry.enroll(
            character: "Rei", images: [newImage(1, [2, 0, 0, 0], box: right)], model: modelA)
        #expect(twin.added.count == 1 && twin.character.images == 2)
    }

    @Test func `a rejection of one face says nothing of another, one of the picture is for all`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        _ = try await registry.enroll(character: "Rei", images: [newImage(1, [0, 0, 0, 0])], model: modelA)
        let asked = newImage(2, [9, 0, 0, 0], box: left)
        _ = try await registry.reject(character: "Rei", images: [asked], model: modelA)
        func rejected(_ box: PixelBox?) -> [String: Int64] {
            // Far away, so that only the picture and the box count.
            registry.rejected(
                embedding: [50, 0, 0, 0], key: PictureKey(sha256: asked.sha256, box: box), model: modelA)
        }
        #expect(rejected(left) == ["Rei": 1] && rejected(nearLeft) == ["Rei": 1] && rejected(nil) == ["Rei": 1])
        #expect(rejected(right).isEmpty)
        _ = try await registry.removeRejection(1)
        _ = try await registry.reject(character: "Rei", images: [newImage(2, [9, 0, 0, 0])], model: modelA)
        #expect(rejected(left) == ["Rei": 2] && rejected(right) == ["Rei": 2])
        // The newer decision counts.
        _ = try await registry.enroll(character: "Rei", images: [newImage(2, [9, 0, 0, 0], box: right)], model: modelA)
        #expect(try await registry.rejections().isEmpty)
    }

    @Test func `the inbox keeps each face, and gives up the one that gets a name`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        let faces = [newImage(1, [0, 0, 0, 0], box: left), newImage(1, [9, 0, 0, 0], box: right)]
        let kept = try await registry.keepInInbox(faces + [newImage(1, [0, 0, 0, 0], box: nearLeft)], model: modelA)
        #expect(kept.kept.map(\.box) == [left, right] && kept.known == 1)
        let named = try await registry.nameInboxPictures([1], character: "Rei", model: modelA)
        #expect(named.added.map(\.box) == [left])
        #expect(try await registry.inboxPictures().map(\.box) == [right])
        let twice = try await registry.keepInInbox([newImage(1, [0, 0, 0, 0], box: nearLeft)], model: modelA)
        #expect(twice.kept.isEmpty && twice.enrolled == 1)
    }

    @Test func `a change of the box changes the prototype, and tells what it was`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        _ = try await registry.enroll(
            character: "Rei", images: [newImage(1, [0, 0, 0, 0]), newImage(2, [2, 0, 0, 0], box: left)], model: modelA)
        let change = try await registry.changeBox(ofImage: 2, to: right, embedding: [4, 0, 0, 0], model: modelA)
        #expect(change.before == left && change.image.box == right)
        #expect(try await registry.storedPrototype(of: "Rei")?.vector == [2, 0, 0, 0])
        #expect(try await registry.audit(limit: 1).map(\.action) == ["image.box"])
        // A model that answers later embeds the new face.
        _ = try await registry.importModel(
            identity: modelB, name: "B", architecture: "resnet12", dimensions: 4, metadata: "{}", bytes: Data([4]))
        let pending = try await registry.imagesWithoutEmbedding(model: modelB, after: nil, limit: 9)
        #expect(pending.map(\.box) == [nil, right])
    }

    @Test func `a box that the character has already, or of another model, changes nothing`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        _ = try await registry.enroll(
            character: "Rei",
            images: [newImage(1, [0, 0, 0, 0], box: left), newImage(1, [2, 0, 0, 0], box: right)], model: modelA)
        await expect(.imageEnrolled) {
            _ = try await registry.changeBox(ofImage: 2, to: nearLeft, embedding: [4, 0, 0, 0], model: modelA)
        }
        await expect(.modelNotActive) {
            _ = try await registry.changeBox(ofImage: 2, to: nil, embedding: [4, 0, 0, 0], model: modelB)
        }
        await expect(.imageNotFound) {
            _ = try await registry.changeBox(ofImage: 9, to: nil, embedding: [4, 0, 0, 0], model: modelA)
        }
        #expect(try await registry.images(of: "Rei").map(\.box) == [left, right])
        #expect(try await registry.storedPrototype(of: "Rei")?.vector == [1, 0, 0, 0])
    }

    @Test func `faces go into the trash and come back one by one`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        _ = try await registry.enroll(
            character: "Rei",
            images: [newImage(1, [0, 0, 0, 0], box: left), newImage(1, [2, 0, 0, 0], box: right)], model: modelA)
        _ = try await registry.removeImage(2)
        _ = try await registry.restoreTrash([1])
        #expect(try await registry.images(of: "Rei").map(\.box) == [left, right])
        _ = try await registry.removeImage(1)
        _ = try await registry.enroll(
            character: "Rei", images: [newImage(1, [0, 0, 0, 0], box: nearLeft)], model: modelA)
        // Enrolled again meanwhile, by another box of the same face.
        #expect(try await registry.restoreTrash([2])[0].warnings.count == 1)
        #expect(try await registry.images(of: "Rei").map(\.box) == [right, nearLeft])
    }
}

/// Face detectors in the registry.
@Suite struct DetectorStoreTests {
    let scratch = try? ScratchDirectory()

    @Test func `used, changed, rolled back and removed`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        #expect(try await registry.activeDetector() == nil)
        for (number, name) in [(1, "first"), (2, "second")] {
            let detector = try await registry.importDetector(
                identity: digest(number), name: name, threshold: 0.4, longSide: 512, bytes: Data([UInt8(number)]))
            #expect(!detector.active && detector.bytes == 1)
        }
        #expect(try await registry.useDetector(named: "first").active)
        #expect(try await registry.formerDetector() == nil)
        _ = try await registry.useDetector(named: "second")
        #expect(try await registry.formerDetector()?.name == "first")
        #expect(try await registry.detectors().map(\.active) == [false, true])
        await expect(.busy) { _ = try await registry.removeDetector(named: "second") }
        await expect(.detectorExists) {
            _ = try await registry.importDetector(
                identity: digest(1), name: "third", threshold: 0.4, longSide: 512, bytes: Data([1]))
        }
        await expect(.detectorNotFound) { _ = try await registry.useDetector(named: "fourth") }
        #expect(try await registry.removeDetector(named: "first").name == "first")
        #expect(try await registry.formerDetector() == nil)
        #expect(try await registry.detectorBytes(identity: digest(2)) == Data([2]))
    }
}
