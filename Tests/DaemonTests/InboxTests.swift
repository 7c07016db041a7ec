import API
import Embedding
import Foundation
import Registry
import Testing

@testable import Daemon

/// The inbox, asked of the routes.
@Suite(.serialized) struct InboxTests {
    @Test func `copies are together where too little is enrolled and the model has no radius`() async throws {
        let fixture = try await DaemonFixture()
        let kept = try await KeepInInbox.answer(.init(files: try Samples.files("strangers")), fixture.services)
        #expect(kept.kept.count == 2 && kept.kept[0].source.hasSuffix("1.png") && kept.kept[0].format == "png")
        let inbox = try await GroupInbox.answer(EmptyRequest(), fixture.services)
        #expect(inbox.thresholdFrom == .none && inbox.groups.map(\.pictures.count) == [1, 1])
        #expect(inbox.groups.allSatisfy { $0.nearest == nil })
    }

    @Test func `pictures are embedded again by another model, and enrolled by it`() async throws {
        let fixture = try await DaemonFixture(model: ["radius": "1000"])
        let services = fixture.services
        let kept = try await KeepInInbox.answer(.init(files: try Samples.files("strangers")), services).kept
        let before = try await GroupInbox.answer(EmptyRequest(), services)
        #expect(before.thresholdFrom == .model && before.threshold == 1000 && before.groups.map(\.pictures) == [kept])
        try await fixture.addModel("B", seed: 2, ["radius": "1000"])
        _ = try await services.models.use(named: "B")
        let identity = try await services.models.active().model.identity
        #expect(try await services.registry.inboxEmbeddings(model: identity).isEmpty)
        let named = try await NameInboxPictures.answer(
            .init(pictures: [kept[0].id], character: "Somebody"), services)
        #expect(named.created && named.added.map(\.sha256) == [kept[0].sha256])
        #expect(try await services.registry.inboxEmbeddings(model: identity).map(\.id) == [kept[1].id])
        let after = try await GroupInbox.answer(EmptyRequest(), services)
        #expect(after.groups.map(\.pictures) == [[kept[1]]] && after.groups[0].nearest?.character == "Somebody")
        let bytes = try await FetchInboxPicture.answer(IdentifiedRequest(id: kept[1].id), services)
        let original = try Samples.files("strangers")[1].bytes
        #expect(bytes.mediaType == "image/png" && bytes.bytes == original)
        #expect(try await DiscardInboxPictures.answer(.init(pictures: [kept[1].id]), services).discarded == [kept[1]])
        #expect(try await GroupInbox.answer(EmptyRequest(), services).groups.isEmpty)
    }

    @Test func `what cannot be read is refused`() async throws {
        let fixture = try await DaemonFixture()
        let error = await #expect(throws: APIError.self) {
            let files = try Samples.files("strangers") + [FilePart(name: "x.png", bytes: Data("no picture".utf8))]
            return try await KeepInInbox.answer(.init(files: files), fixture.services)
        }
        #expect(error?.code == .badImage)
        #expect(try await fixture.registry.inboxPictures().isEmpty)
        let empty = #expect(throws: APIError.self) {
            try NameInboxPictures.Request(
                message: RequestMessage(body: .json(Data(#"{"pictures":[],"character":"x"}"#.utf8))))
        }
        #expect(empty?.code == .badRequest)
    }
}
