import API
import Foundation
import Testing

@testable import Daemon

/// The table of routes against the endpoints of the API.
@Suite struct RouteTableTests {
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources").standardizedFileURL

    /// The names in the table, as they are written.
    private func written() throws -> [String] {
        let text = try String(contentsOf: Self.sources.appending(path: "Daemon/HTTP/Route.swift"), encoding: .utf8)
        return text.matches(of: /RouteEntry\((\w+)\.self\)/).map { String($0.1) }
    }

    @Test func `the table is sorted`() throws {
        let names = try written()
        #expect(names.count == routeTable.count)
        #expect(names == names.sorted())
    }

    @Test func `every endpoint of the API has its route`() throws {
        let folder = Self.sources.appending(path: "API/Endpoints")
        let endpoints = try FileManager.default.contentsOfDirectory(atPath: folder.path).flatMap { file in
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            return text.matches(of: /enum (\w+): (?:Streaming|Work)?Endpoint\b/).map { String($0.1) }
        }
        #expect(endpoints.count >= 20)
        #expect(try written() == endpoints.sorted())
    }

    @Test func `no two routes have one method and path`() {
        let keys = routeTable.map { "\($0.method.rawValue) \($0.path)" }
        #expect(Set(keys).count == keys.count)
        #expect(routeTable.allSatisfy { $0.path.description.hasPrefix("/") })
    }

    /// A name may be any text: none of it may lead a request to another route.
    @Test(arguments: ["7", "file", "images", "rebuild", "use", "a/b", "..", "初音 ミク"])
    func `a request meets one route only`(name: String) throws {
        for entry in routeTable {
            let names = entry.path.description.matches(of: /\{(\w+)\}/).map { (String($0.1), name) }
            let path = try entry.path.expand(Dictionary(uniqueKeysWithValues: names))
            let met = try routeTable.filter { try $0.method == entry.method && $0.path.match(path) != nil }
            #expect(met.count == 1 && met.first?.path == entry.path, "\(entry.method.rawValue) \(path)")
        }
    }

    /// `/v1/images/move` is no image of that name.
    @Test func `words of a path are not taken for a parameter`() async throws {
        let fixture = try await DaemonFixture()
        let router = Router(services: fixture.services, routes: routeTable)
        let head = RequestHead(
            method: "GET", target: MoveImages.path, contentType: "", hasBody: false, origin: .user(Int(geteuid())))
        let error = #expect(throws: APIError.self) { try router.match(head) }
        #expect(error?.code == .methodNotAllowed)
        let refusal = router.refusal(APIError(.methodNotAllowed, ""), method: "GET", target: MoveImages.path)
        #expect(refusal.headers["Allow"] == "POST")
    }

    @Test func `what only reads takes no body`() {
        for entry in routeTable where entry.method == .get {
            if case .none = entry.body { continue }
            Issue.record("GET \(entry.path) takes a body")
        }
    }
}
