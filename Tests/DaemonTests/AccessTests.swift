import API
import Foundation
import Options
import Platform
import Testing

@testable import Daemon

/// Who may do what.
@Suite struct AccessTests {
    private let roles = Roles(owner: 500, readers: UserList(numbers: [1, 2]), operators: UserList(numbers: [2, 3]))

    @Test(arguments: [
        (500, Role.operator), (0, .operator), (1, .reader), (2, .operator), (3, .operator), (4, nil), (-1, nil),
    ])
    func `a user's role`(user: Int, role: Role?) { #expect(roles.role(of: .user(user)) == role) }

    @Test func `unless told otherwise, the owner and root alone`() {
        let roles = Roles(owner: 500)
        #expect(!roles.admitsOthers && roles.role(of: .user(500)) == .operator && roles.role(of: .user(501)) == nil)
        let open = Roles(owner: 500, readers: UserList(numbers: nil))
        #expect(open.admitsOthers && open.role(of: .user(501)) == .reader && open.role(of: .user(-1)) == nil)
    }

    @Test func `lists of users`() throws {
        let numbers = ["alice": 1000, "bob": 1001]
        func list(_ text: String) throws(ConfigurationError) -> UserList { try UserList(text) { numbers[$0] } }
        #expect(try list("alice, 7 ,bob") == UserList(numbers: [1000, 7, 1001]))
        #expect(try list("*").numbers == nil)
        let error = #expect(throws: ConfigurationError.self) { try list("alice, carol *") }
        #expect(error?.problems.count == 2 && error?.description.contains("“carol”") == true)
        #expect(SystemUsers.id(of: "root") == 0 && SystemUsers.id(of: "no such user") == nil)
    }

    @Test func `what is refused says what to ask for`() throws {
        let access = AccessControl(roles)
        #expect(throws: Never.self) {
            try access.admit(.user(1), needs: .reader, about: "status", for: "GET /v1/status")
        }
        let reader = #expect(throws: APIError.self) {
            try access.admit(.user(1), needs: .operator, about: "status", for: "POST /v1/jobs")
        }
        #expect(reader?.code == .forbidden && reader?.code.status == 403)
        #expect(reader?.message.contains("user 1 may not POST /v1/jobs") == true)
        #expect(reader?.message.contains("makes it a reader") == true)
        let stranger = #expect(throws: APIError.self) {
            try access.admit(.user(9), needs: .reader, about: "status", for: "GET /v1/status")
        }
        #expect(stranger?.code == .forbidden)
        access.change(Roles(owner: 500, readers: UserList(numbers: [9])), limits: PeerLimits())
        #expect(throws: Never.self) {
            try access.admit(.user(9), needs: .reader, about: "status", for: "GET /v1/status")
        }
    }

    @Test func `each user has an allowance, root and the owner none`() throws {
        let access = AccessControl(roles, limits: PeerLimits(rate: 4))
        let start = ContinuousClock.now
        func passes(_ user: Int, _ seconds: Double) -> Int {
            (0..<10).count { _ in
                (try? access.admit(
                    .user(user), needs: .reader, about: "status", for: "x", at: start + .seconds(seconds))) != nil
            }
        }
        #expect(passes(1, 0) == 4 && passes(1, 0) == 0 && passes(2, 0) == 4)
        #expect(passes(1, 0.5) == 2 && passes(1, 100) == 4)
        #expect(passes(500, 0) == 10 && passes(0, 0) == 10)
        let error = #expect(throws: APIError.self) {
            try access.admit(.user(1), needs: .reader, about: "status", for: "x", at: start)
        }
        #expect(error?.code == .rateLimited && error?.code.status == 429)
        #expect(access.bodyLimit(of: .user(1)) == nil)
    }

    @Test func `every picture of a request counts, and the wait is said`() throws {
        let access = AccessControl(roles, limits: PeerLimits(rate: 4))
        let start = ContinuousClock.now
        func wait(_ seconds: Double) -> Int? {
            do throws(APIError) {
                try access.admit(.user(1), needs: .reader, about: "status", for: "x", at: start + .seconds(seconds))
                return nil
            } catch { return error.retryAfter }
        }
        #expect(wait(0) == nil)
        access.charge(.user(1), furtherPictures: 22)
        #expect(wait(0) == 5 && wait(4) == 1 && wait(5.1) == nil)
        // Root and the owner have no allowance.
        access.charge(.user(500), furtherPictures: 1000)
        #expect(throws: Never.self) {
            try access.admit(.user(500), needs: .reader, about: "status", for: "x", at: start)
        }
    }

    @Test func `a refusal names what is wrong with the request`() async throws {
        let fixture = try await DaemonFixture()
        let router = Router(services: fixture.services, routes: routeTable)
        func error(_ target: String, encoding: String = "") -> APIError? {
            #expect(throws: APIError.self) {
                try router.match(
                    RequestHead(
                        method: "POST", target: target, contentType: "image/png", hasBody: true, origin: .user(0),
                        contentEncoding: encoding), from: .user(0))
            }
        }
        let whole = error("http://127.0.0.1:8642/v1/classify?top=3")
        #expect(whole?.code == .badRequest && whole?.message.contains("POST /v1/classify?top=3") == true)
        #expect(error("http://a")?.message.hasSuffix("POST /") == true && error("*")?.code == .badRequest)
        let packed = error("/v1/classify", encoding: "gzip")
        #expect(packed?.code == .unsupportedMediaType && packed?.message.contains("Content-Encoding: gzip") == true)
        #expect(throws: Never.self) {
            try router.match(
                RequestHead(
                    method: "POST", target: "/v1/classify", contentType: "image/png", hasBody: true, origin: .user(0),
                    contentEncoding: "identity"), from: .user(0))
        }
    }

    @Test func `who asks too often is told when to ask again`() async throws {
        let fixture = try await DaemonFixture()
        let router = Router(services: fixture.services, routes: routeTable)
        let response = router.refusal(APIError(.rateLimited, "x"), method: "GET", target: "/v1/status")
        #expect(response.status == 429 && response.headers["Retry-After"] == "1")
    }

    /// What changes something is the operators'; what only computes is everybody's.
    @Test func `the roles of the routes`() {
        let readers = routeTable.filter { $0.role == .reader }
        #expect(
            readers.filter { $0.method != .get }.map(\.path.description) == [
                ClassifyImages.path, ClassifyTogether.path, CompareHeads.path, CreateLink.path, FindSimilarImages.path,
                GroupInbox.path, LogIn.path, LogOut.path, ProposeSplit.path, ReviewCharacter.path, ReviewRegistry.path,
                TryCalibration.path, VerifyImages.path,
            ])
        let operators = routeTable.filter { $0.role == .operator && $0.method == .get }
        #expect(
            operators.map(\.path.description) == [
                ListAudit.path, ListSessions.path, ListTokens.path, ListTrash.path, ListWebhooks.path,
            ])
    }

    @Test func `a request is refused before its body is read`() async throws {
        let fixture = try await DaemonFixture()
        fixture.services.access.change(
            Roles(owner: 500, readers: UserList(numbers: [1])), limits: PeerLimits(bodyBytes: 1 << 20))
        let router = Router(services: fixture.services, routes: routeTable)
        func match(_ method: String, _ target: String, _ peer: Int) throws(APIError) -> Router.Matched {
            try router.match(
                RequestHead(
                    method: method, target: target, contentType: "image/png", hasBody: true, origin: .user(peer)),
                from: .user(peer))
        }
        #expect(try match("POST", "/v1/classify", 1).bodyLimit == 1 << 20)
        #expect(try match("POST", "/v1/classify", 500).bodyLimit == ClassifyImages.body.maximumBytes)
        for (method, target, peer) in [
            ("POST", "/v1/characters/A/images", 1), ("DELETE", "/v1/characters/A", 1), ("POST", "/v1/classify", 2),
            ("GET", "/v1/audit", 1),
        ] {
            let error = #expect(throws: APIError.self) { try match(method, target, peer) }
            #expect(error?.code == .forbidden, "\(method) \(target)")
        }
    }
}
