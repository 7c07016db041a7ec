import API
import Embedding
import FewShot
import Foundation
import Registry
import Testing

@testable import Daemon

/// "Not this character", asked of the routes.
@Suite(.serialized) struct RejectionTests {
    private static func enrolled() async throws -> DaemonFixture {
        let fixture = try await DaemonFixture(model: ["temperature": "0.5"])
        for name in try FileManager.default.contentsOfDirectory(atPath: Samples.path + "/enroll").sorted().prefix(3) {
            let request = EnrollImages.Request(name: name, files: try Samples.files("enroll/\(name)"))
            _ = try await EnrollImages.answer(request, fixture.services)
        }
        return fixture
    }

    @Test func `whoever is rejected is passed over and stays in sight, with every head`() async throws {
        let fixture = try await Self.enrolled()
        let services = fixture.services
        let file = try Samples.files("strangers")[0]
        for kind in HeadKind.allCases {
            _ = try await UseHead.answer(UseRequest(name: kind.rawValue), services)
            let before = try await ClassifyImages.answer(.init(top: 3, files: [file]), services).results[0]
            let first = try #require(before.character)
            let done = try await RejectImages.answer(.init(name: first, files: [file]), services).results
            #expect(done.map(\.created) == [true] && done[0].rejection.character == first)
            let after = try await ClassifyImages.answer(.init(top: 1, files: [file]), services).results[0]
            #expect(after.character == before.candidates[1].character && !after.unknown)
            #expect(after.candidates.map(\.character) == before.candidates.prefix(2).map(\.character))
            #expect(after.candidates.map(\.rejection) == [done[0].rejection.id, nil])
            #expect((after.meanDistance ?? 0) >= (before.meanDistance ?? .infinity))
            // Another picture is answered as before.
            let other = try await ClassifyImages.answer(.init(files: [try Samples.files("strangers")[1]]), services)
            #expect(other.results[0].candidates.allSatisfy { $0.rejection == nil })
            _ = try await RemoveRejection.answer(IdentifiedRequest(id: done[0].rejection.id), services)
            let undone = try await ClassifyImages.answer(.init(top: 3, files: [file]), services).results[0]
            #expect(undone == before)
        }
    }

    @Test func `where everybody is rejected, the picture is unknown`() async throws {
        let fixture = try await Self.enrolled()
        let services = fixture.services
        let file = try Samples.files("strangers")[0]
        let names = try await ClassifyImages.answer(.init(files: [file]), services).results[0].candidates
            .map(\.character)
        for name in names { _ = try await RejectImages.answer(.init(name: name, files: [file]), services) }
        #expect(try await ListRejections.answer(.init(), services).rejections.map(\.character) == names)
        let answer = try await ClassifyImages.answer(.init(files: [file]), services).results[0]
        #expect(answer.unknown && answer.character == nil && answer.meanDistance == nil)
        #expect(answer.candidates.map(\.rejection) == [1, 2, 3])
    }

    @Test func `a change of the model embeds what was rejected`() async throws {
        let fixture = try await Self.enrolled()
        let services = fixture.services
        let file = try Samples.files("strangers")[0]
        let name = try #require(
            try await ClassifyImages.answer(.init(files: [file]), services).results[0].character)
        _ = try await RejectImages.answer(.init(name: name, files: [file]), services)
        try await fixture.addModel("B", seed: 2)
        #expect(try await services.models.use(named: "B") == 16)
        let active = try await services.models.active()
        let vector = try await services.embedded([file], FaceSelection(), .any, source: nil, by: active)[0]
            .embedding
        let rejected = services.registry.rejected(
            embedding: vector, key: PictureKey(sha256: String(repeating: "0", count: 64), box: nil),
            model: active.model.identity)
        #expect(rejected == [name: 1])
    }

    @Test func `bad input is refused, and a misspelled name is explained`() async throws {
        let fixture = try await Self.enrolled()
        let services = fixture.services
        let file = try Samples.files("strangers")[0]
        let misspelt = await #expect(throws: RegistryError.self) {
            try await RejectImages.answer(.init(name: "Iori Namisata", files: [file]), services)
        }
        #expect(misspelt?.code == .characterNotFound)
        #expect(misspelt?.message.hasSuffix("did you mean 'Iori Namisato'?") == true)
        let unreadable = await #expect(throws: APIError.self) {
            let files = [file, FilePart(name: "x.png", bytes: Data("no picture".utf8))]
            return try await RejectImages.answer(.init(name: "Iori Namisato", files: files), services)
        }
        #expect(unreadable?.code == .badImage && unreadable?.message.contains("x.png") == true)
        let enrolled = await #expect(throws: RegistryError.self) {
            let files = try Samples.files("enroll/Iori Namisato")
            return try await RejectImages.answer(.init(name: "Iori Namisato", files: files), services)
        }
        #expect(enrolled?.code == .imageEnrolled)
        #expect(try await ListRejections.answer(.init(), services).rejections.isEmpty)
    }
}
