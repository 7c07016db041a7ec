import API
import Foundation
import Registry
import Testing

@testable import Daemon

/// Browsers: links, sessions, and what other pages may not do.
@Suite struct SessionTests {
    private static let origin = "http://127.0.0.1:8642"

    /// Logs in as the owner. Returns the cookie's pair and the token.
    private func loggedIn(_ services: Services, role: Role? = nil) async throws -> (cookie: String, token: String) {
        let grant = LoginGrant(uid: Int(geteuid()), role: role ?? .operator, expiresAt: Date() + 3600)
        let link = try await services.links.make(grant, until: Date() + 60)
        let answer = try await services.asked(by: .guest) { try await LogIn.answer(.init(link: link), services) }
        return (String(try #require(answer.cookie).prefix { $0 != ";" }), answer.token)
    }

    private func caller(
        _ services: Services, _ browser: BrowserHeaders, _ method: String = "GET", host: String = "127.0.0.1:8642",
        at now: Date = Date()
    ) throws(APIError) -> Caller {
        try services.authentication.caller(
            of: .network(host: host, authorization: nil, browser: browser), method: method, at: now)
    }

    @Test func `a link works once, and not for long`() async throws {
        let fixture = try await DaemonFixture()
        let links = fixture.services.links
        // The registry keeps whole milliseconds.
        let now = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded())
        let grant = LoginGrant(uid: 5, role: .reader, expiresAt: now + 100)
        let first = try await links.make(grant, until: now + 10, at: now)
        let second = try await links.make(grant, until: now + 10, at: now)
        #expect(first != second && first.utf8.count == 43)
        #expect(try await links.use(first, at: now + 9) == grant)
        for (link, time) in [(first, now), (second, now + 10), (second, now), ("", now)] {
            let error = await #expect(throws: APIError.self) { try await links.use(link, at: time) }
            #expect(error?.code == .unauthorized && error?.message.contains("aniwho web") == true)
        }
    }

    @Test func `old links give way to new ones`() async throws {
        let fixture = try await DaemonFixture()
        let (links, now) = (fixture.services.links, Date())
        let grant = LoginGrant(uid: 5, role: .reader, expiresAt: now + 100)
        var made: [String] = []
        for number in 0...Registry.mostLoginLinks {
            made.append(try await links.make(grant, until: now + 10 + Double(number), at: now))
        }
        await #expect(throws: APIError.self) { _ = try await links.use(made[0], at: now) }
        for link in made.dropFirst() { #expect(try await links.use(link, at: now).uid == 5) }
    }

    @Test func `a session is its user, with no more than the role of the link`() async throws {
        let fixture = try await DaemonFixture()
        let services = fixture.services
        let (cookie, token) = try await loggedIn(services, role: .reader)
        let found = try caller(services, BrowserHeaders(cookie: "theme=dark; \(cookie)"))
        guard case .session(_, let user, .reader) = found else {
            Issue.record("\(found)")
            return
        }
        #expect(user == Int(geteuid()) && found.author == "uid \(user)")
        #expect(services.access.role(of: found) == .reader)
        // Root is admitted everywhere.
        #expect(Roles(owner: user + 1).role(of: found) == (user == 0 ? .reader : nil))
        #expect(token.utf8.count == 43)
        let session = try await services.asked(by: found) { try await ShowSession.answer(EmptyRequest(), services) }
        #expect(session.session.role == .reader && session.session.uid == user)
        let later = try caller(services, BrowserHeaders(cookie: cookie), at: Date() + 3601)
        #expect(later == .guest)
        _ = try await services.asked(by: found) { try await LogOut.answer(EmptyRequest(), services) }
        #expect(try caller(services, BrowserHeaders(cookie: cookie)) == .guest)
        let audit = try await services.registry.audit(limit: 2)
        #expect(audit.map(\.who) == ["uid \(user)", "uid \(user)"])
    }

    @Test func `what changes something needs the own origin and the token`() async throws {
        let fixture = try await DaemonFixture()
        let services = fixture.services
        defer { withExtendedLifetime(fixture) {} }
        let (cookie, token) = try await loggedIn(services)
        let good = BrowserHeaders(cookie: cookie, origin: Self.origin, token: token, site: "same-origin")
        guard case .session = try caller(services, good, "POST") else {
            Issue.record("the page may not post")
            return
        }
        func refused(_ code: ErrorCode, _ change: (inout BrowserHeaders) -> Void) {
            var headers = good
            change(&headers)
            let error = #expect(throws: APIError.self) { try caller(services, headers, "POST") }
            #expect(error?.code == code)
        }
        for origin in ["http://evil.example", "null", "http://127.0.0.1:9000", "https://127.0.0.1:8642"] {
            refused(.forbidden) { $0.origin = origin }
        }
        refused(.forbidden) { $0.origin = nil }
        refused(.unauthorized) { $0.token = "wrong" }
        var headers = good
        headers.token = nil
        #expect(try caller(services, headers, "DELETE") == .guest)
        headers = BrowserHeaders(cookie: cookie, site: "same-site")
        #expect(try caller(services, headers) == .guest)
        let rebound = #expect(throws: APIError.self) { try caller(services, good, host: "evil.example") }
        #expect(rebound?.code == .forbidden)
    }

    @Test func `a guest gets the page and nothing else`() async throws {
        let fixture = try await DaemonFixture()
        let router = Router(services: fixture.services, routes: routeTable)
        func match(_ method: String, _ target: String) throws(APIError) {
            _ = try router.match(
                RequestHead(
                    method: method, target: target, contentType: MediaType.json, hasBody: false,
                    origin: .network(host: nil, authorization: nil)), from: .guest)
        }
        for (method, target) in [("GET", "/"), ("GET", "/page/1/style.css"), ("POST", "/v1/sessions")] {
            #expect(throws: Never.self, "\(target)") { try match(method, target) }
        }
        for entry in routeTable where !entry.isPublic {
            let names = entry.path.description.matches(of: /\{(\w+)\}/).map { (String($0.1), "7") }
            let target = try entry.path.expand(Dictionary(uniqueKeysWithValues: names))
            let error = #expect(throws: APIError.self, "\(target)") { try match(entry.method.rawValue, target) }
            #expect(error?.code == .unauthorized, "\(target)")
        }
        #expect(
            routeTable.filter(\.isPublic).map(\.path.description) == ["/", "/page/{version}/{name}", "/v1/sessions"])
        let unknown = #expect(throws: APIError.self) { try match("GET", "/v1/nothing") }
        #expect(unknown?.code == .unauthorized)
    }

    @Test func `the page behind a proxy has its own host, origin and path`() async throws {
        let page = try #require(PageURL("https://Faces.example.org/aniwho"))
        #expect(page.description == "https://faces.example.org/aniwho/" && page.origin == "https://faces.example.org")
        let header = SessionCookie.header("secret", port: 8642, page: page, seconds: 60)
        #expect(
            header
                == "aniwho-8642=secret; Path=/aniwho/; Max-Age=60; HttpOnly; SameSite=Strict; Secure")
        #expect(!SessionCookie.header("secret", port: 1, page: nil, seconds: 60).contains("Secure"))
        #expect(PageURL("https://x:8443/")?.host == "x:8443" && PageURL("https://x:443")?.host == "x")
        for wrong in ["http://faces.example.org/", "faces.example.org", "https://", "https://x/?a", "ftp://x/"] {
            #expect(PageURL(wrong) == nil, "\(wrong)")
        }
        let fixture = try await DaemonFixture()
        let behind = Authentication(registry: fixture.services.registry, pageURL: page)
        let ask = { (origin: String) throws(APIError) -> Caller in
            try behind.caller(
                of: .network(
                    host: "faces.example.org", authorization: nil, browser: BrowserHeaders(origin: origin)),
                method: "POST")
        }
        #expect(try ask("https://faces.example.org") == .guest)
        #expect(throws: APIError.self) { try ask("http://faces.example.org") }
    }
}
