import API
import Embedding
import Foundation
import Geometry
import Imaging
import Registry
import Testing

@testable import Daemon

/// Whole pictures: which faces are found and answered for, and what becomes of the others.
@Suite struct FaceAnswerTests {
    /// The samples' faces, which the detector knows.
    private static let faces = ["ask/Iori Namisato/2.png", "ask/Kaede Mizunuma/2.png"]
    private static let detector = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "models/face_detector.safetensors")
        .path

    /// A gray picture with the first sample, 200 pixels wide, and the second, 150 pixels wide.
    private static func picture() throws -> FilePart {
        let images = try faces.map { try Image.decode([UInt8](Samples.picture($0))).image }
        let canvas = Image(width: 640, height: 480, pixels: [UInt8](repeating: 120, count: 640 * 480 * 3))
            .replacing(x: 40, y: 200, with: images[0].resized(width: 200, height: 200))
            .replacing(x: 420, y: 60, with: images[1].resized(width: 150, height: 150))
        return FilePart(name: "two.png", bytes: Data(try canvas.encodePNG()))
    }

    private static func crop() throws -> FilePart {
        FilePart(name: "crop.png", bytes: try Samples.picture(faces[0]))
    }

    private func withDetector() async throws -> DaemonFixture {
        let fixture = try await DaemonFixture()
        try await fixture.services.detectors.loadFirst(Self.detector)
        return fixture
    }

    private static let (first, second) = (PixelBox(40, 200, 200, 200), PixelBox(420, 60, 150, 150))

    private func classify(_ files: [FilePart], _ services: Services) async throws -> [Classification] {
        try await classify(files, FaceSelection(), services)
    }

    private func classify(
        _ files: [FilePart], _ selection: FaceSelection, _ services: Services
    ) async throws -> [Classification] {
        try await ClassifyImages.answer(.init(selection: selection, files: files), services).results
    }

    @Test func `each face is found and answered for, the largest first, and a crop is taken whole`() async throws {
        let fixture = try await withDetector()
        let answers = try await classify([Self.picture(), Self.crop()], fixture.services)
        let found = answers[0].faces.compactMap(\.box)
        try #require(found.count == 2)
        for (box, place) in zip(found, [Self.first, Self.second]) {
            #expect(try box.overlap(#require(place)) > 0.2)
            #expect(box.isInside(width: 640, height: 480))
        }
        #expect(answers[0].width == 640 && answers[0].height == 480)
        #expect(answers[0].faces.allSatisfy { $0.score ?? 0 > 0.3 })
        #expect(answers[0].box == found[0])
        #expect(answers[1].faces.map(\.box) == [nil] && answers[1].score == nil)
    }

    @Test func `the request chooses: whole, the largest, a number, its own boxes`() async throws {
        let fixture = try await withDetector()
        let picture = try Self.picture()
        func boxes(_ selection: FaceSelection) async throws -> [PixelBox?] {
            try await classify([picture], selection, fixture.services)[0].faces.map(\.box)
        }
        let all = try await boxes(FaceSelection())
        #expect(try await boxes(FaceSelection(.whole)) == [nil])
        #expect(try await boxes(FaceSelection(.largest)) == [all[0]])
        #expect(try await boxes(FaceSelection(number: 2)) == [all[1]])
        let own = try #require(Self.second)
        #expect(try await boxes(FaceSelection(boxes: [own])) == [own])
        await fails(.badParameter) { _ = try await boxes(FaceSelection(boxes: [PixelBox(600, 0, 50, 50)!])) }
        await fails(.noFace) { _ = try await boxes(FaceSelection(number: 3)) }
        // A picture without faces.
        let empty = Image(width: 300, height: 200, pixels: [UInt8](repeating: 90, count: 300 * 200 * 3))
        let gray = FilePart(name: "gray.png", bytes: Data(try empty.encodePNG()))
        let none = try await classify([gray], FaceSelection(.found), fixture.services)[0]
        #expect(none.faces.isEmpty && none.unknown && none.candidates.isEmpty)
        #expect(try await classify([gray], fixture.services)[0].faces.map(\.box) == [nil])
    }

    @Test func `a picture is a crop if a face has nearly half of its longer side and no peer`() {
        func isCrop(_ width: Int, _ height: Int, _ boxes: PixelBox?...) -> Bool {
            FaceFinder.isCrop(width: width, height: height, boxes.compactMap(\.self))
        }
        #expect(isCrop(400, 400) && isCrop(400, 400, PixelBox(50, 50, 200, 180)))
        #expect(!isCrop(400, 400, PixelBox(50, 50, 170, 170)))
        // A wide screenshot, filled from top to bottom.
        #expect(!isCrop(1920, 1080, PixelBox(500, 100, 800, 800)))
        #expect(isCrop(400, 400, PixelBox(50, 50, 200, 200), PixelBox(300, 10, 40, 40)))
        #expect(!isCrop(400, 400, PixelBox(0, 50, 200, 200), PixelBox(210, 50, 150, 150)))
    }

    @Test func `a picture with two faces is enrolled only by choice, and says what it has`() async throws {
        let fixture = try await withDetector()
        let services = fixture.services
        let picture = try Self.picture()
        func enroll(_ name: String, _ selection: FaceSelection = FaceSelection()) async throws
            -> EnrollImages.Response
        {
            try await EnrollImages.answer(.init(name: name, selection: selection, files: [picture]), services)
        }
        let refusal = await fails(.severalFaces) { _ = try await enroll("Rei") }
        #expect(refusal?.message.contains("two.png has 2 faces: 1 at ") == true)
        #expect(refusal?.message.contains("; 2 at ") == true)
        let both = FaceSelection(boxes: [try #require(Self.first), try #require(Self.second)])
        let several = await fails(.badParameter) { _ = try await enroll("Rei", both) }
        #expect(several?.message.contains("one box for each of 1, and not 2") == true)
        #expect(try await services.registry.counts().characters == 0)
        let rei = try await enroll("Rei", FaceSelection(.largest))
        let asuka = try await enroll("Asuka", FaceSelection(number: 2))
        #expect(rei.added[0].box != nil && asuka.added[0].box != nil && asuka.conflicts.isEmpty)
        // Each face is answered with its own character, by its own picture.
        let answers = try await classify([picture], services)[0].faces
        #expect(answers.map { $0.candidates.first?.character } == ["Rei", "Asuka"])
        #expect(answers.map { $0.nearestImages.first?.distance ?? 9 < 0.001 } == [true, true])
        // A rejection of a face leaves the other alone.
        let rejected = try await RejectImages.answer(
            .init(name: "Asuka", selection: FaceSelection(.largest), files: [picture]), services)
        #expect(rejected.results.map(\.rejection.box) == [rei.added[0].box])
        let after = try await classify([picture], services)[0].faces
        #expect(after[1].candidates.first { $0.character == "Asuka" }?.rejection == nil)
        #expect(after[0].candidates.first { $0.character == "Asuka" }?.rejection != nil)
    }

    @Test func `an image is its face: crop, change of the box, embedding by another model`() async throws {
        let fixture = try await withDetector()
        let services = fixture.services
        let added = try await EnrollImages.answer(
            .init(name: "Rei", selection: FaceSelection(.largest), files: [Self.picture()]), services
        ).added[0]
        let box = try #require(added.box)
        let crop = try await FetchFace.answer(IdentifiedRequest(id: added.id), services)
        let face = try Image.decode([UInt8](crop.bytes)).image
        #expect(crop.mediaType == "image/png" && face.width == box.width && face.height == box.height)
        #expect(try await FetchImage.answer(IdentifiedRequest(id: added.id), services).bytes == Self.picture().bytes)

        let changed = try await ChangeBox.answer(.init(id: added.id, box: Self.second), services)
        #expect(changed.before == box && changed.image.box == Self.second)
        let asked = try await classify(
            [Self.picture()], FaceSelection(boxes: [#require(Self.second)]), services)[0]
        #expect(asked.nearestImages.first?.distance ?? 9 < 0.001)
        #expect(try await ChangeBox.answer(.init(id: added.id, faces: .largest), services).image.box == box)

        try await fixture.addModel("B", seed: 2)
        _ = try await services.models.use(named: "B")
        let answer = try await classify([Self.picture()], services)[0]
        #expect(answer.nearestImages.first?.distance ?? 9 < 0.001)
    }

    @Test func `a bundle carries the boxes`() async throws {
        let fixture = try await withDetector()
        _ = try await EnrollImages.answer(
            .init(name: "Rei", selection: FaceSelection(.largest), files: [Self.picture()]), fixture.services)
        let folder = fixture.path + "/bundle"
        _ = try BundleWriter(folder).write(fixture.registry) { _, _ in }
        let target = try await DaemonFixture(model: ["temperature": "2"])
        let bundle = try BundleReader(folder, copyingTo: target.path + "/staging") { _, _ in }
        var pictures = BundleImport(bundle)
        let active = try await target.services.models.active()
        // Another model: the faces are embedded again.
        #expect(try await pictures.prepare(for: active, threads: 1) { _, _ in } == 1)
        _ = try await target.registry.enroll(
            pictures.enrollment(merges: false, settings: [:], source: folder, told: ImportedBundle(characters: 1)),
            model: active.model.identity)
        #expect(try await target.registry.images(of: "Rei").map(\.box) == fixture.registry.images(of: "Rei").map(\.box))
        try await target.services.detectors.loadFirst(Self.detector)
        let answer = try await classify([Self.picture()], target.services)[0]
        #expect(answer.nearestImages.first?.distance ?? 9 < 0.001)
    }

    @Test func `the detector is of the registry: imported once, refused if it is something else`() async throws {
        let fixture = try await withDetector()
        let services = fixture.services
        try await services.detectors.loadFirst(Self.detector)
        let listed = try await ListDetectors.answer(.init(), services).detectors
        #expect(listed.map(\.name) == ["face_detector"] && listed[0].active)
        let model = fixture.path + "/A.safetensors"
        let wrong = await fails(.badModel) {
            _ = try await ImportDetector.answer(.init(name: "A", file: model), services)
        }
        #expect(wrong?.message == "A: this is a model, which embeds pictures; use `aniwho models import`")
        await fails(.detectorNotFound) { _ = try await RollBackDetector.answer(EmptyRequest(), services) }
        // Without a detector every picture is taken whole, and only faces=found is refused.
        let bare = try await DaemonFixture()
        try await bare.services.detectors.loadFirst(DetectorHost.none)
        #expect(try await classify([Self.picture()], bare.services)[0].faces.map(\.box) == [nil])
        await fails(.notReady) { _ = try await classify([Self.picture()], FaceSelection(.found), bare.services) }
    }

    @discardableResult
    private func fails(_ code: ErrorCode, _ body: () async throws -> Void) async -> APIError? {
        do { try await body() } catch {
            let error = APIError(describing: error)
            #expect(error.code == code)
            return error
        }
        Issue.record("no error, and \(code) was expected")
        return nil
    }
}
