import API
import Embedding
import FewShot
import Foundation
import Registry
import Statistics
import Testing

@testable import Daemon

/// The routes that compare pictures: verify, and proposals to split a character.
@Suite(.serialized) struct VerifyTests {
    private static func file(_ path: String) throws -> FilePart {
        FilePart(name: path, bytes: try Samples.picture(path))
    }

    @Test func `bounds follow what is enrolled`() async throws {
        let fixture = try await DaemonFixture()
        let services = fixture.services
        let files = try [Self.file("strangers/1.png"), Self.file("strangers/2.png")]
        let few = try await VerifyImages.answer(.init(files: files), services)
        #expect(few.answer == .undecided && few.bounds == nil && few.reason?.contains("0 have so many") == true)
        #expect(few.distance > 0)
        let same = try await VerifyImages.answer(.init(files: [files[0], files[0]]), services)
        #expect(same.answer == .same && same.distance == 0 && same.bounds == nil)

        for name in ["A", "B", "C", "D"] { try await fixture.enroll(name, images: 4, seed: 3) }
        let model = try await services.models.active().model
        let pairs = try await services.pairs.thresholds(for: model, services)
        let answer = try await VerifyImages.answer(.init(files: files), services)
        #expect(answer.distance == few.distance && answer.reason == nil)
        #expect(answer.answer == VerifyImages.Verdict(pairs.answer(answer.distance)))
        #expect(answer.bounds?.characters == 4 && answer.bounds?.samePairs == 24)
        #expect(answer.bounds?.sameUpTo == pairs.same && answer.bounds?.differentBeyond == pairs.different)

        try await fixture.enroll("E", images: 4, seed: 3)
        #expect(try await VerifyImages.answer(.init(files: files), services).bounds?.characters == 5)
        let strict = try await VerifyImages.answer(.init(error: 0.3, files: files), services)
        #expect(strict.bounds?.allowedError == 0.3)
    }

    @Test func `two pictures are asked for`() throws {
        let file = try Self.file("strangers/1.png")
        for count in [1, 3] {
            let error = #expect(throws: APIError.self) {
                try VerifyImages.Request(message: RequestMessage(body: .files(Array(repeating: file, count: count))))
            }
            #expect(error?.code == .badRequest)
        }
        for text in ["0", "0.5", "x", "nan"] {
            let error = #expect(throws: APIError.self) {
                try VerifyImages.Request(message: RequestMessage(query: ["error": text], body: .files([file, file])))
            }
            #expect(error?.code == .badParameter)
        }
    }

    @Test func `a character of two is told by its images`() async throws {
        let fixture = try await DaemonFixture()
        let services = fixture.services
        let refusal = await #expect(throws: RegistryError.self) {
            try await ProposeSplit.answer(NamedRequest(name: "A"), services)
        }
        #expect(refusal?.code == .characterNotFound)
        for (seed, name) in zip(UInt64(1)..., ["A", "B", "C", "D"]) {
            try await fixture.enroll(name, images: 5, seed: seed)
        }
        let few = await #expect(throws: APIError.self) {
            try await ProposeSplit.answer(NamedRequest(name: "A"), services)
        }
        #expect(few?.code == .tooFewImages && few?.message.contains("3 have so many") == true)
        try await fixture.enroll("E", images: 5, seed: 9)
        let whole = try await ProposeSplit.answer(NamedRequest(name: "A"), services)
        #expect(whole.groups.count == 1 && whole.groups[0].count == 5 && whole.left == 0)
        let others = try await services.registry.images(of: "B").prefix(2).map(\.id)
        _ = try await services.registry.moveImages(others, to: "A")
        let mixed = try await ProposeSplit.answer(NamedRequest(name: "A"), services)
        #expect(mixed.groups.map(\.count) == [5, 2] && mixed.groups.last == others)
        #expect(mixed.threshold > 0 && mixed.error.mean <= mixed.error.high)
    }
}
