import API
import Foundation
import Options
import Registry
import Testing

@testable import Daemon

/// Who asks over TCP, and what tokens are worth.
@Suite struct AuthenticationTests {
    private func caller(
        _ services: Services, _ token: String?, host: String? = "127.0.0.1:1", at now: Date = Date()
    ) throws(APIError) -> Caller {
        try services.authentication.caller(
            of: .network(host: host, authorization: token.map { "Bearer \($0)" }), at: now)
    }

    @Test func `a token is its bearer's name and role until it is revoked`() async throws {
        let fixture = try await DaemonFixture()
        let services = fixture.services
        defer { withExtendedLifetime(fixture) {} }
        let made = try await CreateToken.answer(.init(name: "bot", role: .reader), services)
        let other = try await CreateToken.answer(.init(name: "keeper", role: .operator), services)
        #expect(made.token != other.token && made.token.hasPrefix("aniwho_") && made.token.utf8.count == 50)
        #expect(try caller(services, made.token) == .token("bot", .reader))
        #expect(try caller(services, other.token) == .token("keeper", .operator))
        let twice = await #expect(throws: (any Error).self) {
            try await CreateToken.answer(.init(name: "bot", role: .operator), services)
        }
        #expect(twice.map { APIError(describing: $0).code } == .tokenExists)
        _ = try await RevokeToken.answer(NamedRequest(name: "bot"), services)
        #expect(try caller(services, nil) == .guest)
        for wrong in [made.token, other.token + "x", "aniwho_"] {
            let error = #expect(throws: APIError.self) { try caller(services, wrong) }
            #expect(error?.code == .unauthorized && error?.code.status == 401)
        }
        #expect(try await ListTokens.answer(.init(), services).tokens.map(\.name) == ["keeper"])
        let audit = try await services.registry.audit(limit: 3)
        #expect(audit.map(\.action) == ["token.revoke", "token.create", "token.create"])
        #expect(audit.allSatisfy { !"\($0.detail)".contains(made.token) })
    }

    @Test func `a token expires`() async throws {
        let fixture = try await DaemonFixture()
        let (services, now) = (fixture.services, Date())
        defer { withExtendedLifetime(fixture) {} }
        let made = try await CreateToken.answer(
            .init(name: "guest", role: .reader, expiresAt: now + 3600), services)
        let end = try #require(made.info.expiresAt)
        #expect(end <= now + 3600 && end > now + 3598)
        #expect(try caller(services, made.token, at: end - 1) == .token("guest", .reader))
        let expired = #expect(throws: APIError.self) { try caller(services, made.token, at: end) }
        #expect(expired?.code == .unauthorized)
        #expect(expired?.message.contains("the token “guest” expired at \(end.ISO8601Format())") == true)
        // A refused request is no use of the token.
        let listed = try await ListTokens.answer(.init(), services).tokens
        #expect(try #require(listed.first?.lastUsedAt) < end && listed.first?.expiresAt == end)
        let late = await #expect(throws: APIError.self) {
            try await CreateToken.answer(.init(name: "late", role: .reader, expiresAt: now - 1), services)
        }
        #expect(late?.code == .badParameter && late?.message.contains("expired already") == true)
        let detail = try await services.registry.audit(limit: 1).first?.detail
        #expect(detail?["expires_at"]?.string == end.ISO8601Format() && detail?["role"]?.string == "reader")
    }

    @Test func `a token asks about its subjects only`() async throws {
        let fixture = try await DaemonFixture()
        let services = fixture.services
        let router = Router(services: services, routes: routeTable)
        let made = try await CreateToken.answer(
            .init(name: "guest", role: .operator, subjects: ["classify", "characters", "classify"]), services)
        #expect(made.info.subjects == ["characters", "classify"])
        let guest = try caller(services, made.token)
        func match(_ method: String, _ target: String) throws(APIError) {
            _ = try router.match(
                RequestHead(
                    method: method, target: target, contentType: "image/png", hasBody: false,
                    origin: .network(host: nil, authorization: nil)), from: guest)
        }
        for (method, target) in [
            ("GET", "/v1/characters"), ("HEAD", "/v1/characters/A"), ("POST", "/v1/classify"),
            ("POST", "/v1/characters/A/images"),
        ] {
            #expect(throws: Never.self, "\(target)") { try match(method, target) }
        }
        for (method, target, subject) in [
            ("GET", "/v1/status", "status"), ("GET", "/metrics", "service"), ("GET", "/v1/jobs/1/events", "jobs"),
            ("DELETE", "/v1/images/1", "images"), ("POST", "/v1/heads/comparison", "heads"),
        ] {
            let refused = #expect(throws: APIError.self) { try match(method, target) }
            #expect(refused?.code == .forbidden, "\(target)")
            let reason = "is limited to characters, classify, and this is about \(subject)"
            #expect(refused?.message.contains(reason) == true, "\(String(describing: refused?.message))")
        }
        for wrong in [[], ["classify", "tokens"], ["Classify"], [""], ["answers"]] {
            let error = await #expect(throws: APIError.self, "\(wrong)") {
                try await CreateToken.answer(.init(name: "x", role: .reader, subjects: wrong), services)
            }
            #expect(error?.code == .badParameter && error?.message.contains("audit, calibration") == true)
        }
        #expect(try await services.registry.audit(limit: 1).first?.detail["subjects"]?.string == "characters,classify")
    }

    @Test func `the database holds no token`() async throws {
        let fixture = try await DaemonFixture()
        let made = try await CreateToken.answer(.init(name: "bot", role: .reader), fixture.services)
        let restarted = try await fixture.restarted()
        #expect(try caller(restarted, made.token) == .token("bot", .reader))
        for file in try FileManager.default.contentsOfDirectory(atPath: fixture.path + "/data") {
            let bytes = try? Data(contentsOf: URL(fileURLWithPath: fixture.path + "/data/" + file))
            #expect(bytes?.range(of: Data(made.token.utf8)) == nil, "\(file)")
        }
    }

    @Test(arguments: [
        "evil.example", "evil.example:8642", "127.0.0.1.evil.example", "10.0.0.1", "", "[::2]:1", "localhost.x",
    ])
    func `a page that was led here by a name is refused`(host: String) async throws {
        let fixture = try await DaemonFixture()
        let services = fixture.services
        defer { withExtendedLifetime(fixture) {} }
        let made = try await CreateToken.answer(.init(name: "bot", role: .operator), services)
        let error = #expect(throws: APIError.self) { try caller(services, made.token, host: host) }
        #expect(error?.code == .forbidden)
        #expect(throws: APIError.self) { try caller(services, made.token, host: nil) }
        for good in ["127.0.0.1", "127.0.0.1:8642", "localhost:1", "LocalHost", "[::1]:8642", "127.8.8.8"] {
            #expect(try caller(services, made.token, host: good) == .token("bot", .operator))
        }
    }

    @Test func `a token's role and limits hold as a user's do`() throws {
        let access = AccessControl(Roles(owner: 500), limits: PeerLimits(rate: 2, bodyBytes: 7))
        let (reader, keeper) = (Caller.token("a", .reader), Caller.token("b", .operator))
        let refused = #expect(throws: APIError.self) {
            try access.admit(reader, needs: .operator, about: "status", for: "POST /x")
        }
        #expect(refused?.code == .forbidden && refused?.message.contains("the token “a” may not POST /x") == true)
        #expect(access.bodyLimit(of: keeper) == 7 && access.bodyLimit(of: .user(500)) == nil)
        let now = ContinuousClock.now
        for _ in 0..<2 { try access.admit(keeper, needs: .operator, about: "status", for: "POST /x", at: now) }
        let often = #expect(throws: APIError.self) {
            try access.admit(keeper, needs: .operator, about: "status", for: "POST /x", at: now)
        }
        #expect(often?.code == .rateLimited)
        try access.admit(reader, needs: .reader, about: "status", for: "GET /x", at: now)
        let tokens = #expect(throws: APIError.self) {
            try access.admit(
                keeper, needs: .operator, about: "status", admitsTokens: false, for: "POST /v1/tokens", at: now)
        }
        #expect(tokens?.code == .forbidden)
    }

    @Test func `tokens are made, and paths are named, over the socket alone`() {
        let closed = routeTable.filter { !$0.admitsTokens }.map { "\($0.method.rawValue) \($0.path)" }
        #expect(
            closed == [
                "POST /v1/webhooks", "POST /v1/sessions/links", "POST /v1/tokens", "GET /v1/sessions", "GET /v1/tokens",
                "GET /v1/webhooks", "POST /v1/bundles/import", "DELETE /v1/webhooks/{name}", "DELETE /v1/sessions/{id}",
                "DELETE /v1/tokens/{name}", "POST /v1/webhooks/{name}/test", "POST /v1/backups", "POST /v1/bundles",
            ])
    }

    @Test func `a token names no path in a job`() async throws {
        let fixture = try await DaemonFixture()
        let services = fixture.services
        defer { withExtendedLifetime(fixture) {} }
        let request = StartJob.Request(kind: .metaTrain, arguments: ["--weights=/etc/shadow", "--data", "/etc"])
        let error = await #expect(throws: APIError.self) {
            try await services.asked(by: .token("bot", .operator)) {
                try await StartJob.answer(request, services)
            }
        }
        #expect(error?.code == .forbidden && error?.message.contains("--weights") == true)
        #expect(try await services.registry.jobs().isEmpty)
        _ = try await services.asked(by: .user(0)) { try await StartJob.answer(request, services) }
    }

    @Test func `only loopback addresses are listened on`() throws {
        #expect(try LoopbackAddress("127.0.0.1:8642") == LoopbackAddress(host: "127.0.0.1", port: 8642))
        #expect(try LoopbackAddress("[::1]:0").description == "[::1]:0")
        for bad in [
            "0.0.0.0:80", "192.168.1.2:80", "[::]:80", "::1:80", "localhost:80", "127.0.0.1", "127.0.0.1:x", ":80",
            "80",
        ] {
            #expect(throws: ConfigurationError.self, "\(bad)") { try LoopbackAddress(bad) }
        }
    }
}
