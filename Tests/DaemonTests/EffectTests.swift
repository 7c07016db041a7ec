import API
import Embedding
import Foundation
import Registry
import TestSupport
import Testing

@testable import Daemon

/// What each route may do: a GET neither writes nor computes for long.
@Suite(.serialized) struct EffectTests {
    /// A GET that breaks the rule.
    private enum Misbehave: Route {
        static let method = HTTPMethod.get
        static let path = "/v1/misbehave/{name}"
        typealias Request = NamedRequest
        typealias Response = EmptyResponse

        static func answer(_ request: Request, _ services: Services) async throws -> Response {
            switch request.name {
            case "write": _ = try await services.registry.createCharacter(named: "Rei")
            case "set": try await services.registry.setSetting("x", "y")
            case "share": _ = try await services.reviews("x") { _ in 1 }
            default: _ = try await services.reviews.background { 1 }
            }
            return Response()
        }
    }

    private let owner = Caller.user(Int(geteuid()))

    private func ask(
        _ router: Router, _ method: String, _ target: String, as caller: Caller? = nil
    ) async throws -> ResponseMessage {
        let caller = caller ?? owner
        let head = RequestHead(
            method: method, target: target, contentType: "", hasBody: false, origin: .user(Int(geteuid())))
        let answer = await router.answer(try router.match(head, from: caller), body: .none)
        guard case .message(let message) = answer else {
            return ResponseMessage(status: answer.status, contentType: "", body: Data())
        }
        return message
    }

    /// Everything else than GET and these changes something, and is for operators.
    @Test func `the routes that only compute are these`() {
        let computing = routeTable.filter { $0.effect == .computes }.map { "\($0.method.rawValue) \($0.path)" }
        #expect(
            computing.sorted() == [
                "POST /v1/calibration/trial", "POST /v1/characters/{name}/review",
                "POST /v1/characters/{name}/split/proposal", "POST /v1/classify", "POST /v1/classify/together",
                "POST /v1/inbox/groups", "POST /v1/review", "POST /v1/similar",
                "POST /v1/verify",
            ])
        for entry in routeTable {
            #expect((entry.method == .get) == (entry.effect == .reads), "\(entry.method) \(entry.path)")
            // A session is the caller's own, with a role that is the caller's at most.
            let isOwn = entry.path.description.hasPrefix("/v1/sessions") && entry.role == .reader
            // A comparison changes only the list of jobs.
            let isListed = entry.path.description == CompareHeads.path
            if entry.effect == .changes, !isOwn, !isListed {
                #expect(entry.role == .operator, "\(entry.method) \(entry.path)")
            }
            if entry.effect == .computes { #expect(entry.role == .reader, "\(entry.method) \(entry.path)") }
        }
    }

    /// With pictures that the active model has not embedded yet, so that there is something to write.
    @Test(.onFiles) func `no GET changes the registry`() async throws {
        let fixture = try await DaemonFixture(model: ["radius": "1000"])
        let services = fixture.services
        defer { withExtendedLifetime(fixture) {} }
        let pictures = try Samples.files("enroll/Iori Namisato")
        _ = try await EnrollImages.answer(.init(name: "Iori Namisato", files: pictures), services)
        _ = try await KeepInInbox.answer(.init(files: try Samples.files("strangers")), services)
        try await fixture.addModel("B", seed: 2, ["radius": "1000"])
        _ = try await services.models.use(named: "B")
        let identity = try await services.models.active().model.identity
        #expect(try await services.registry.inboxEmbeddings(model: identity).isEmpty)
        let router = Router(services: services, routes: routeTable)
        func database() throws -> [Data] {
            try ["", "-wal"].map {
                try Data(contentsOf: URL(filePath: services.dataDirectory + "/aniwho.db" + $0))
            }
        }
        let before = try database()
        var asked = 0
        for sample in try SampleRequest.all() where sample.method == "GET" {
            for method in ["GET", "HEAD"] {
                let answer = try await ask(router, method, String(sample.path))
                #expect(
                    answer.status < 500, "\(method) \(sample.path): \(String(decoding: answer.body, as: UTF8.self))")
            }
            asked += 1
        }
        #expect(asked == routeTable.count { $0.method == .get })
        #expect(try database() == before)
        #expect(services.sharedWork.allSatisfy { $0.figures == (0, 0) })
    }

    @Test(arguments: ["write", "set", "share", "compute"])
    func `a GET that breaks the rule is refused, and changes nothing`(kind: String) async throws {
        let fixture = try await DaemonFixture()
        defer { withExtendedLifetime(fixture) {} }
        let router = Router(services: fixture.services, routes: [RouteEntry(Misbehave.self)])
        #expect(try await ask(router, "GET", "/v1/misbehave/\(kind)").status == 500)
        #expect(try await fixture.registry.counts().characters == 0)
        #expect(try await fixture.registry.setting("x") == nil)
        // The daemon's own work, and the next change, are not refused.
        _ = try await CreateCharacter.answer(.init(name: "Rei"), fixture.services)
        #expect(try await fixture.registry.counts().characters == 1)
    }

    @Test func `a reader's request groups the inbox after a change of the model`() async throws {
        let fixture = try await DaemonFixture(model: ["radius": "1000"])
        let services = fixture.services
        defer { withExtendedLifetime(fixture) {} }
        _ = try await KeepInInbox.answer(.init(files: try Samples.files("strangers")), services)
        try await fixture.addModel("B", seed: 2, ["radius": "1000"])
        _ = try await services.models.use(named: "B")
        let router = Router(services: services, routes: routeTable)
        let answer = try await ask(router, "POST", GroupInbox.path, as: .token("bot", .reader))
        #expect(answer.status == 200)
        #expect(try GroupInbox.decode(answer).groups.map(\.pictures.count) == [2])
        let identity = try await services.models.active().model.identity
        #expect(try await services.registry.inboxEmbeddings(model: identity).count == 2)
    }

    @Test(arguments: [
        ("/v1/inbox", "POST /v1/inbox/groups"), ("/v1/characters/A/split", "POST /v1/characters/{name}/split/proposal"),
        ("/v1/review", "it takes POST"), ("/v1/characters/A/review", "it takes POST"),
        ("/v1/heads/comparison", "it takes POST"),
    ]) func `the GETs of 0·1·0 name the form of today`(target: String, now: String) async throws {
        let fixture = try await DaemonFixture()
        let router = Router(services: fixture.services, routes: routeTable)
        defer { withExtendedLifetime(fixture) {} }
        let head = RequestHead(
            method: "GET", target: target, contentType: "", hasBody: false, origin: .user(Int(geteuid())))
        let error = #expect(throws: APIError.self) { try router.match(head, from: owner) }
        #expect(error?.code == .methodNotAllowed && error?.message.contains(now) == true)
    }
}
