import API
import Embedding
import Foundation
import Registry
import Testing

@testable import Daemon

/// Lists in pages.
@Suite struct PagingTests {
    /// All pages of a list.
    private func pages<R: Route & ListEndpoint>(
        _ route: R.Type, _ request: R.Request, by limit: Int, _ services: Services
    ) async throws -> [[R.Response.Entry]] {
        var (request, pages): (R.Request, [[R.Response.Entry]]) = (request, [])
        request.page.limit = limit
        repeat {
            let page = try await R.answer(R.Request(message: try request.message()), services)
            pages.append(page.entries)
            request.page.after = page.next
        } while request.page.after != nil
        return pages
    }

    @Test func `every list gives all its entries once, in the same order, page by page`() async throws {
        let fixture = try await DaemonFixture()
        let (services, registry) = (fixture.services, fixture.registry)
        for name in ["A", "B", "é", "Z", "初音"] { try await fixture.enroll(name, images: 3, seed: 1) }
        try await fixture.addModel("B", seed: 2)
        for name in ["x", "y", "z"] {
            _ = try await registry.changeTags(of: "A", adding: [name], removing: [])
            _ = try await CreateToken.answer(.init(name: name, role: .reader), services)
            _ = try await registry.createJob(kind: .pretrain, name: name, arguments: [])
        }
        for number in Int64(1)...3 { _ = try await registry.removeImage(number) }
        func check<R: Route & ListEndpoint>(
            _ route: R.Type, _ request: R.Request, count: Int? = nil, sourceLocation: SourceLocation = #_sourceLocation
        ) async throws where R.Response.Entry: Equatable {
            let whole = try await R.answer(request, services)
            #expect(whole.next == nil && whole.entries.count > 1, sourceLocation: sourceLocation)
            if let count { #expect(whole.entries.count == count, sourceLocation: sourceLocation) }
            for limit in [1, 2, whole.entries.count, 1000] {
                let pages = try await pages(route, request, by: limit, services)
                #expect(pages.flatMap(\.self) == whole.entries, sourceLocation: sourceLocation)
                #expect(pages.dropLast().allSatisfy { $0.count == limit }, sourceLocation: sourceLocation)
                #expect(pages.count == (whole.entries.count + limit - 1) / limit, sourceLocation: sourceLocation)
            }
        }
        let model = try await services.models.active().model
        // Far from each other, but for two at one place.
        let unknown = [1, 2, 3, 3].enumerated().map { number, place in
            NewImage(
                bytes: Data("\(number)".utf8), sha256: ContentHash.sha256(Data("\(number)".utf8)), format: "png",
                width: 1, height: 1, source: "",
                embedding: [Float(place) * 1e4] + [Float](repeating: 0, count: model.dimensions - 1))
        }
        _ = try await registry.keepInInbox(unknown, model: model.identity)
        try await check(GroupInbox.self, .init(), count: 3)
        try await check(ListCharacters.self, .init(), count: 5)
        try await check(ListImages.self, .init(name: "初音"), count: 3)
        try await check(ListAudit.self, .init())
        try await check(ListTrash.self, .init(), count: 3)
        try await check(ListTags.self, .init(), count: 3)
        try await check(ListTokens.self, .init(), count: 3)
        try await check(ListJobs.self, .init(), count: 3)
        try await check(ListModels.self, .init(), count: 2)
        try await check(ListHeads.self, .init())
    }

    @Test(arguments: ["", "x", "-1", "0", "99999999999999999999"])
    func `a place that no list has named is refused`(after: String) async throws {
        let services = try await DaemonFixture().services
        for answer in [
            { _ = try await ListJobs.answer(.init(after: after), services) },
            { _ = try await ListAudit.answer(.init(after: after), services) },
            { _ = try await ListRejections.answer(.init(after: after), services) },
            { _ = try await ListHeads.answer(.init(after: after), services) },
            { _ = try await GroupInbox.answer(.init(after: after), services) },
            { _ = try await GroupInbox.answer(.init(after: after + "-1"), services) },
            { _ = try await GroupInbox.answer(.init(after: "1-" + after), services) },
        ] {
            let error = await #expect(throws: APIError.self) { try await answer() }
            #expect(error?.code == .badParameter && error?.message.contains("next") == true)
        }
    }

    @Test(arguments: ["0", "1001", "x", "-5"]) func `a page has 1 to 1000 entries`(limit: String) {
        let error = #expect(throws: APIError.self) { try PageRequest(message: .init(query: ["limit": limit])) }
        #expect(error?.code == .badParameter && error?.message.contains("1 to 1000") == true)
    }

    /// What a page began after may be gone when the next page is asked for.
    @Test func `a list goes on after an entry that was removed meanwhile`() async throws {
        let fixture = try await DaemonFixture()
        for name in ["a", "b", "c"] {
            _ = try await CreateToken.answer(.init(name: name, role: .reader), fixture.services)
        }
        let first = try await ListTokens.answer(.init(limit: 2), fixture.services)
        #expect(first.tokens.map(\.name) == ["a", "b"] && first.next == "b")
        _ = try await fixture.registry.revokeToken(named: "b")
        #expect(try await ListTokens.answer(.init(after: first.next), fixture.services).tokens.map(\.name) == ["c"])
    }
}
