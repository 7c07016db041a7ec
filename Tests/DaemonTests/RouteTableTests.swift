import API
import Foundation
import Testing

@testable import Daemon

/// The table of routes against the endpoints of the API.
@Suite struct RouteTableTests {
    /// The name of an entry's endpoint, by which the API's description calls the operation.
    private func name(_ entry: RouteEntry) throws -> String {
        var document = OpenAPIDocument()
        try entry.describe(&document)
        let operation = document.json["paths"]?[entry.path.description]?[entry.method.rawValue.lowercased()]
        let name = try #require(operation?["operationId"]?.string)
        return name.prefix(1).uppercased() + name.dropFirst()
    }

    /// `APITests` compares the samples with the endpoints.
    @Test func `the table is sorted, and has the endpoints of the sample requests`() throws {
        let names = try routeTable.map(name)
        #expect(names == names.sorted())
        #expect(try names == SampleRequest.all().map(\.endpoint))
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
            // A route of exactly this path comes before those with parameters, as in the router. What it replaces has a number there.
            let exact = routeTable.filter { $0.path.isLiteral && $0.path.description == path }
            let met = try (exact.isEmpty ? routeTable : exact).filter {
                try $0.method == entry.method && $0.path.match(path) != nil
            }
            #expect(met.count == 1 && met.first?.path == entry.path, "\(entry.method.rawValue) \(path)")
        }
    }

    /// `/v1/images/move` is no image of that name.
    @Test func `words of a path are not taken for a parameter`() async throws {
        let fixture = try await DaemonFixture()
        let router = Router(services: fixture.services, routes: routeTable)
        let head = RequestHead(
            method: "GET", target: MoveImages.path, contentType: "", hasBody: false, origin: .user(Int(geteuid())))
        let error = #expect(throws: APIError.self) { try router.match(head, from: .user(Int(geteuid()))) }
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
