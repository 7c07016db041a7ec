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
        let inbox = try await GroupInbox.answer(.init(), fixture.services)
        #expect(inbox.thresholdFrom == .none && inbox.groups.map(\.pictures.count) == [1, 1])
        #expect(inbox.groups.allSatisfy { $0.nearest == nil })
    }

    @Test func `pictures are embedded again by another model, and enrolled by it`() async throws {
        let fixture = try await DaemonFixture(model: ["radius": "1000"])
        let services = fixture.services
        let kept = try await KeepInInbox.answer(.init(files: try Samples.files("strangers")), services).kept
        let before = try await GroupInbox.answer(.init(), services)
        #expect(before.thresholdFrom == .model && before.threshold == 1000 && before.groups.map(\.pictures) == [kept])
        try await fixture.addModel("B", seed: 2, ["radius": "1000"])
        _ = try await services.models.use(named: "B")
        let identity = try await services.models.active().model.identity
        #expect(try await services.registry.inboxEmbeddings(model: identity).isEmpty)
        let named = try await NameInboxPictures.answer(
            .init(pictures: [kept[0].id], character: "Somebody"), services)
        #expect(named.created && named.added.map(\.sha256) == [kept[0].sha256])
        #expect(try await services.registry.inboxEmbeddings(model: identity).map(\.id) == [kept[1].id])
        let after = try await GroupInbox.answer(.init(), services)
        #expect(after.groups.map(\.pictures) == [[kept[1]]] && after.groups[0].nearest?.character == "Somebody")
        let bytes = try await FetchInboxPicture.answer(IdentifiedRequest(id: kept[1].id), services)
        let original = try Samples.files("strangers")[1].bytes
        #expect(bytes.mediaType == "image/png" && bytes.bytes == original)
        #expect(try await DiscardInboxPictures.answer(.init(pictures: [kept[1].id]), services).discarded == [kept[1]])
        #expect(try await GroupInbox.answer(.init(), services).groups.isEmpty)
    }

    /// Pictures at these points of a line; points that are equal form a group.
    private func keep(_ points: [Float], from first: Int, _ services: Services) async throws -> [Int64] {
        let model = try await services.models.active().model
        let images = points.enumerated().map { offset, point in
            let bytes = Data("\(first + offset)".utf8)
            return NewImage(
                bytes: bytes, sha256: ContentHash.sha256(bytes), format: "png", width: 1, height: 1, source: "",
                embedding: [point] + [Float](repeating: 0, count: model.dimensions - 1))
        }
        return try await services.registry.keepInInbox(images, model: model.identity).kept.map(\.id)
    }

    private func ids(_ page: GroupInbox.Response) -> [[Int64]] { page.groups.map { $0.pictures.map(\.id) } }

    @Test func `a place among the groups stays one when groups come, grow and go`() async throws {
        let fixture = try await DaemonFixture()
        let services = fixture.services
        defer { withExtendedLifetime(fixture) {} }
        // Groups of the pictures 2, 3, 4; 1, 5; 6; 7.
        #expect(try await keep([1, 2, 2, 2, 1, 3, 4], from: 1, services) == Array(1...7))
        let first = try await GroupInbox.answer(.init(limit: 2), services)
        #expect(ids(first) == [[2, 3, 4], [1, 5]] && first.next == "2-1")
        #expect(try await ids(GroupInbox.answer(.init(after: "2-1"), services)) == [[6], [7]])
        // Those with as many pictures and an older one come before.
        #expect(try await ids(GroupInbox.answer(.init(after: "1-6"), services)) == [[7]])
        #expect(try await ids(GroupInbox.answer(.init(after: "3-1"), services)) == [[2, 3, 4], [1, 5], [6], [7]])

        // The group that the page began after is gone, one has grown past it, and one has come.
        _ = try await services.registry.discardInboxPictures([1, 5])
        #expect(try await keep([3, 3, 5], from: 8, services) == [8, 9, 10])
        #expect(try await ids(GroupInbox.answer(.init(after: first.next), services)) == [[7], [10]])
        let all = try await GroupInbox.answer(.init(), services)
        #expect(ids(all) == [[2, 3, 4], [6, 8, 9], [7], [10]] && all.next == nil)
        #expect(try await ids(GroupInbox.answer(.init(after: "3-2"), services)) == [[6, 8, 9], [7], [10]])
    }

    @Test func `further pages are of the groups that were made, until something changes`() async throws {
        let fixture = try await DaemonFixture(model: ["radius": "0.5"])
        let services = fixture.services
        defer { withExtendedLifetime(fixture) {} }
        _ = try await keep([1, 2], from: 1, services)
        let state = "inbox [1, 2] \(try await services.state())"
        let first = try await GroupInbox.answer(.init(limit: 1), services)
        var known = try #require(services.inboxGroups.made(in: state))
        #expect(ids(known) == [[1], [2]] && first.next == "1-1")
        known.threshold = 7
        services.inboxGroups.keep(known, state)
        #expect(try await GroupInbox.answer(.init(after: first.next), services).threshold == 7)
        try await fixture.enroll("Rei", images: 2, seed: 1)
        let next = try await GroupInbox.answer(.init(after: first.next), services)
        #expect(next.threshold == 0.5 && ids(next) == [[2]] && next.groups[0].nearest?.character == "Rei")
        _ = try await services.registry.renameCharacter("Rei", to: "Mari")
        #expect(try await GroupInbox.answer(.init(), services).groups[0].nearest?.character == "Mari")
        _ = try await services.registry.discardInboxPictures([1])
        #expect(try await ids(GroupInbox.answer(.init(), services)) == [[2]])
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
