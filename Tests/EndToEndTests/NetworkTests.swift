import API
import Client
import Foundation
import Testing

/// TCP on this machine, and tokens.
@Suite(.serialized) struct NetworkTests {
    /// A daemon that listens, and its port.
    private static func started(_ options: String...) throws -> (TestDaemon, UInt16) {
        let daemon = try TestDaemon(options: ["--log-level", "info", "--listen", "127.0.0.1:0"] + options)
        try daemon.start()
        let port = daemon.log.firstMatch(of: /tcp=127\.0\.0\.1:(\d+)/).flatMap { UInt16($0.1) }
        return (daemon, try #require(port))
    }

    private static func token(_ name: String, _ role: String, _ daemon: TestDaemon) throws -> String {
        let made = try daemon.aniwho("tokens", "create", "--role", role, name)
        #expect(made.status == 0 && made.error.contains("shown only once"))
        return made.out.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test func tokensLetIn() throws {
        let (daemon, port) = try Self.started()
        let server = "http://127.0.0.1:\(port)"
        let reader = try Self.token("bot", "reader", daemon)
        let keeper = try Self.token("keeper", "operator", daemon)
        func ask(_ arguments: [String], _ token: String?) throws -> TestDaemon.Output {
            try daemon.aniwho(arguments, environment: token.map { ["ANIWHO_TOKEN": $0] } ?? [:])
        }
        #expect(try ask(["--server", server, "enroll", "A", "strangers/1.png"], keeper).status == 0)
        let asked = try ask(["classify", "strangers/1.png", "--server=\(server)"], reader)
        #expect(asked.status == 0 && asked.out.contains("A"))
        let variable = try daemon.aniwho(["status"], environment: ["ANIWHO_TOKEN": reader, "ANIWHO_SERVER": server])
        #expect(variable.status == 0)
        let refused = try ask(["--server", server, "enroll", "B", "strangers/2.png"], reader)
        #expect(refused.status == ExitCode.forbidden.rawValue && refused.error.contains("the token “bot” may not"))
        for token in [nil, "aniwho_wrong"] {
            #expect(try ask(["--server", server, "status"], token).status == ExitCode.forbidden.rawValue)
        }
        #expect(try daemon.client.call(ListAudit.self, .init(limit: 1)).changes.first?.who == "token keeper")
        // Tokens are kept over the socket.
        #expect(try ask(["--server", server, "tokens", "list"], keeper).status == ExitCode.forbidden.rawValue)
        #expect(try daemon.aniwho("tokens", "list").out.contains("keeper"))
        #expect(try daemon.aniwho("tokens", "revoke", "bot").status == 0)
        #expect(try ask(["--server", server, "status"], reader).status == ExitCode.forbidden.rawValue)
        #expect(try daemon.aniwho("tokens", "revoke", "bot").status == ExitCode.notFound.rawValue)
        let twice = try ask(["status", "--server", server, "--socket", daemon.socket], keeper)
        #expect(twice.status == ExitCode.usage.rawValue)
        for wrong in [
            "http://127.evil.example:80", "http://127.0.0.1.example:80", "http://192.168.1.1:80", "127.0.0.1:80",
            "https://127.0.0.1:80",
            "http://127.0.0.1:80/x",
        ] {
            #expect(try ask(["--server", wrong, "status"], keeper).status == ExitCode.usage.rawValue, "\(wrong)")
        }
        #expect(daemon.stop() == 0)
    }

    @Test func tokensAreLimited() throws {
        let (daemon, port) = try Self.started()
        let server = "http://127.0.0.1:\(port)"
        func ask(_ arguments: String..., by token: TestDaemon.Output) throws -> TestDaemon.Output {
            let text = token.out.trimmingCharacters(in: .whitespacesAndNewlines)
            return try daemon.aniwho(arguments, environment: ["ANIWHO_TOKEN": text, "ANIWHO_SERVER": server])
        }
        let guest = try daemon.aniwho(
            "tokens", "create", "guest", "--only", "characters, classify", "--expires", "30d")
        #expect(guest.status == 0 && guest.error.contains("it expires at 20"))
        #expect(try ask("characters", "list", by: guest).status == 0)
        let refused = try ask("status", by: guest)
        #expect(refused.status == ExitCode.forbidden.rawValue)
        #expect(refused.error.contains("is limited to characters, classify, and this is about status"))
        let brief = try daemon.aniwho(
            "tokens", "create", "brief", "--expires", (Date() + 3).ISO8601Format())
        #expect(try ask("status", by: brief).status == 0)
        Thread.sleep(forTimeInterval: 3.5)
        let expired = try ask("status", by: brief)
        #expect(expired.status == ExitCode.forbidden.rawValue)
        #expect(expired.error.contains("the token “brief” expired at 20"))
        for (wrong, status) in [
            (["--only", "answers"], ExitCode.usage), (["--only", ""], .usage), (["--expires", "soon"], .usage),
            (["--expires", "2020-01-01"], .usage),
        ] {
            let result = try daemon.aniwho(["tokens", "create", "x"] + wrong)
            #expect(result.status == status.rawValue, "\(wrong): \(result.error)")
        }
        let table = try daemon.aniwho("tokens", "list").out
        #expect(table.contains("characters,classify") && table.contains("(expired)"))
        let before = try daemon.client.entries(ListTokens.self)
        #expect(before.count == 2 && before.allSatisfy { $0.lastUsedAt != nil })
        #expect(daemon.stop() == 0)
        try daemon.start()
        #expect(try daemon.client.entries(ListTokens.self) == before)
    }

    @Test func tokensNameNoPaths() throws {
        let (daemon, port) = try Self.started()
        let variables = [
            "ANIWHO_TOKEN": try Self.token("keeper", "operator", daemon), "ANIWHO_SERVER": "http://127.0.0.1:\(port)",
        ]
        for command in [
            ["backup", "create", "\(daemon.home)/b"], ["bundle", "export", "\(daemon.home)/b"],
            ["bundle", "import", "/etc"], ["jobs", "start", "meta-train", "--", "--data", "/etc"],
        ] {
            let refused = try daemon.aniwho(command, environment: variables)
            #expect(refused.status == ExitCode.forbidden.rawValue, "\(command): \(refused.error)")
        }
        #expect(!FileManager.default.fileExists(atPath: daemon.home + "/b"))
        // Over the socket it works, and the log of changes has it.
        #expect(try daemon.aniwho("bundle", "export", "\(daemon.home)/b").status == 0)
        #expect(
            try daemon.client.call(ListAudit.self, .init(limit: 2)).changes.map(\.action) == [
                "job.finish", "bundle.write",
            ])
    }

    @Test func whoHasNoTokenKeepsNobodyOut() throws {
        let (daemon, port) = try Self.started(
            "--connections", "40", "--connections-per-user", "20", "--request-timeout", "60")
        let token = try Self.token("bot", "reader", daemon)
        func asks() throws -> Bool {
            try daemon.aniwho(["status", "--server", "http://127.0.0.1:\(port)"], environment: ["ANIWHO_TOKEN": token])
                .status == 0
        }
        var strangers: [RawConnection] = []
        for _ in 0..<100 {
            let connection = RawConnection(port: port)
            connection.send("GET /v1/status HTTP/1.1\r\n")
            strangers.append(connection)
        }
        #expect(try asks())
        for _ in 0..<300 {
            let connection = RawConnection(port: port)
            connection.send("GET /v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(connection.readToEnd()?.hasPrefix("HTTP/1.1 401 ") == true)
        }
        #expect(try asks())
        #expect((1...9).contains(daemon.log.split(separator: "\n").count { $0.contains("status=401") }))
    }

    @Test func browsersAreNotLetIn() throws {
        let (daemon, port) = try Self.started()
        let keeper = try Self.token("keeper", "operator", daemon)
        func answer(_ line: String, _ headers: String...) -> String {
            let connection = RawConnection(port: port)
            connection.send(
                ([line + " HTTP/1.1", "Connection: close"] + headers).joined(separator: "\r\n") + "\r\n\r\n")
            return connection.readToEnd() ?? ""
        }
        let bearer = "Authorization: Bearer \(keeper)"
        #expect(answer("GET /v1/status", "Host: 127.0.0.1:\(port)", bearer).hasPrefix("HTTP/1.1 200 "))
        #expect(answer("GET /openapi.json", "Host: 127.0.0.1:\(port)", bearer).contains("\"openapi\":\"3.1.0\""))
        let rebound = answer("GET /v1/status", "Host: evil.example:\(port)", bearer)
        #expect(rebound.hasPrefix("HTTP/1.1 403 ") && rebound.contains("Host"))
        let nobody = answer("GET /v1/status", "Host: localhost")
        #expect(nobody.hasPrefix("HTTP/1.1 401 ") && nobody.contains("WWW-Authenticate: Bearer"))
        #expect(answer("GET /no/such/path", "Host: localhost").hasPrefix("HTTP/1.1 401 "))
        let preflight = answer(
            "OPTIONS /v1/status", "Host: localhost", "Origin: http://evil.example",
            "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: authorization")
        #expect(preflight.hasPrefix("HTTP/1.1 403 ") && !preflight.lowercased().contains("access-control"))
    }

    @Test func onlyThisMachineIsListenedTo() throws {
        for address in ["0.0.0.0:8642", "192.168.1.2:8642", "[::]:8642", "localhost:8642", "8642"] {
            let result = try TestDaemon.aniwhod(["--listen", address, "--data", "/nowhere"])
            #expect(result.status == ExitCode.usage.rawValue && result.error.contains("--listen"), "\(address)")
        }
        let (daemon, port) = try Self.started()
        let rival = try TestDaemon.aniwhod(
            ["--listen", "127.0.0.1:\(port)", "--socket", daemon.home + "/o", "--data", daemon.home + "/other"])
        #expect(rival.status == ExitCode.conflict.rawValue && rival.error.contains("another program listens"))
    }
}
