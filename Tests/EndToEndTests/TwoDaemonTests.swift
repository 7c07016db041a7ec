import API
import Client
import Foundation
import TestSupport
import Testing

/// Two real daemons that serve one PostgreSQL database.
@Suite(.serialized, .disabled(if: TestDatabase.isFile, "there is no server; run: make test-postgresql"))
struct TwoDaemonTests {
    private static func started(trains: Bool = false) throws -> (TestDaemon, TestDaemon) {
        let one = try TestDaemon(trains: trains)
        let shared = ["--log-level", "info", "--shared", one.home + "/shared"]
        let first = try TestDaemon(trains: trains, options: shared)
        try first.start()
        let second = try TestDaemon(trains: trains, options: shared, beside: first)
        try second.start()
        try second.waitForLog("another daemon serves the registry, too")
        return (first, second)
    }

    private static func enroll(_ name: String, at daemon: TestDaemon) throws {
        let done = try daemon.aniwho("enroll", name, "enroll/\(name)")
        #expect(done.status == 0, "\(done.error)")
    }

    private static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: TestDaemon.samples + "/enroll").sorted()
    }

    /// What a daemon answers about the sample pictures.
    private static func answers(of daemon: TestDaemon) throws -> [Classification] {
        let folder = TestDaemon.samples + "/ask"
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".png") }.sorted()
        let parts = try files.prefix(8).map { name in
            FilePart(
                name: name, mediaType: "image/png",
                bytes: try Data(contentsOf: URL(filePath: folder + "/" + name)))
        }
        var results = try daemon.client.call(ClassifyImages.self, .init(files: parts)).results
        for result in results.indices {
            for face in results[result].faces.indices { results[result].faces[face].milliseconds = nil }
        }
        return results
    }

    /// Waits until something holds.
    private static func wait(seconds: Double = 20, for condition: () throws -> Bool) rethrows -> Bool {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            if try condition() { return true }
            Thread.sleep(forTimeInterval: 0.02)
        }
        return false
    }

    @Test func `both answer the same, and a client sees its own changes at both`() throws {
        let (first, second) = try Self.started()
        for (number, name) in try Self.names().enumerated() {
            try Self.enroll(name, at: number % 2 == 0 ? first : second)
        }
        let status = try first.client.call(GetStatus.self)
        #expect(status.daemons.count == 2 && status.daemons.allSatisfy(\.isLive))
        #expect(Self.wait { (try? second.client.call(GetStatus.self).revision) == status.revision })
        let answers = try Self.answers(of: first)
        #expect(try answers == Self.answers(of: second) && answers.count > 5)

        // An answer names its revision, and the other daemon waits for it.
        let renamed = first.raw(
            "PATCH /v1/characters/\(try Self.names()[0].replacing(" ", with: "%20")) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"name\":\"Asuka\"}"
        )
        let revision = try #require(
            renamed.split(separator: "\r\n").first { $0.hasPrefix("AniWho-Revision: ") }?.split(separator: " ").last,
            "\(renamed)")
        func answer(least: String) -> String {
            second.raw(
                "GET /v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAniWho-Least-Revision: \(least)\r\n\r\n")
        }
        #expect(answer(least: String(revision)).contains("\"revision\":\(revision)"))
        #expect(answer(least: "999999999").hasPrefix("HTTP/1.1 503"))
        #expect(answer(least: "soon").hasPrefix("HTTP/1.1 400"))
    }

    @Test func `settings, models and tokens reach the other daemon`() throws {
        let (first, second) = try Self.started()
        for name in try Self.names().prefix(2) { try Self.enroll(name, at: first) }
        #expect(try first.aniwho("heads", "use", "mean").status == 0)
        #expect(Self.wait { (try? second.client.call(GetStatus.self).head) == "mean" })
        let imported = try second.aniwho(
            "models", "import", TestDaemon.root + "/models/resnet12.safetensors", "--name", "other")
        #expect(imported.status == 0, "\(imported.error)")
        let used = try second.aniwho("models", "use", "other")
        #expect(used.status == 0, "\(used.error)")
        // It was loaded before it was the active one, so the other daemon has no pause.
        #expect(first.log.contains("model in use"))
        let answers = try Self.answers(of: first)
        #expect(try answers == Self.answers(of: second))
        #expect(try second.client.call(GetStatus.self).model?.name == "other")
    }

    @Test func `a stopped daemon that goes on answers from the newest state, and not to a revoked token`() throws {
        let one = try TestDaemon()
        let options = ["--log-level", "info", "--shared", one.home + "/shared", "--listen", "127.0.0.1:0"]
        let first = try TestDaemon(options: options)
        try first.start()
        let second = try TestDaemon(options: options, beside: first)
        try second.start()
        let token = try first.aniwho("tokens", "create", "t").out.trimmingCharacters(in: .whitespacesAndNewlines)
        let port = try #require(second.log.firstMatch(of: /tcp=(127\.0\.0\.1:\d+)/)?.1)
        func status() throws -> TestDaemon.Output {
            try second.aniwho(["status", "--server", "http://\(port)"], environment: ["ANIWHO_TOKEN": token])
        }
        #expect(Self.wait { (try? status().status) == 0 })
        kill(second.processID, SIGSTOP)
        #expect(try first.aniwho("tokens", "revoke", "t").status == 0)
        try Self.enroll(try Self.names()[0], at: first)
        Thread.sleep(forTimeInterval: 2)
        kill(second.processID, SIGCONT)
        #expect(try status().status == ExitCode.forbidden.rawValue)
        let (here, there) = (try first.client.call(GetStatus.self), try second.client.call(GetStatus.self))
        #expect(there.revision == here.revision)
    }

    @Test func `a job goes on at the other daemon when its own is killed`() throws {
        let (first, second) = try Self.started()
        let start = try first.aniwho(
            "jobs", "start", "pretrain", "--", "--steps", "60", "--pause", "0.2", "--model",
            TestDaemon.root + "/models/mobilenetv2.safetensors")
        #expect(start.status == 0, "\(start.error)")
        func job() throws -> Job { try second.client.call(ShowJob.self, IdentifiedRequest(id: 1)) }
        let began = Self.wait { ((try? job())?.progress?["step"]?.integer ?? 0) >= 3 }
        #expect(began)
        // Who asks the other daemon sees it, too, and can cancel what the first one does.
        let watched = try second.aniwho(["jobs", "watch", "1"], interruptedAt: "\"step\":")
        #expect(watched.out.contains("\"event\":\"progress\""), "\(watched.error)")
        let owner = first.log.contains("job runs") ? first : second
        let other = owner === first ? second : first
        _ = owner.stop(SIGKILL)
        func seen() throws -> Job { try other.client.call(ShowJob.self, IdentifiedRequest(id: 1)) }
        let goesOn = Self.wait(seconds: 40) {
            let step = (try? seen())?.progress?["step"]?.integer ?? 0
            return other.log.contains("job runs") && step > 3
        }
        #expect(goesOn)
        #expect(other.log.contains("resumed=true"))
        #expect(try other.aniwho("jobs", "cancel", "1").status == 0)
        #expect(Self.wait { (try? seen())?.state == .cancelled })
    }

    @Test func `questions go on for a time while the database is away`() throws {
        let daemon = try TestDaemon(options: ["--log-level", "info", "--without-database", "4"])
        try daemon.start()
        try Self.enroll(try Self.names()[0], at: daemon)
        // No new connection is admitted, and the old ones are cut: to the daemon the server is away.
        let name = try #require(try daemon.registry?.firstMatch(of: /@\/(\w+)/)?.1)
        func sql(_ text: String) throws {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = [
                "psql", "--quiet", "--host", ProcessInfo.processInfo.environment["ANIWHO_TEST_POSTGRESQL"] ?? "",
                "--username", "aniwho", "--dbname", "postgres", "--command", text,
            ]
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
        try sql("ALTER DATABASE \(name) ALLOW_CONNECTIONS false")
        try sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'")
        #expect(Self.wait { (try? daemon.client.call(CheckReadiness.self)) == nil })
        let picture = "strangers/1.png"
        let answered = try daemon.aniwho("classify", picture)
        #expect(answered.status == 0, "\(answered.error)")
        let refused = try daemon.aniwho("enroll", "x", "enroll/\(try Self.names()[1])")
        #expect(refused.status == ExitCode.unreachable.rawValue, "\(refused.error)")
        #expect(Self.wait { (try? daemon.aniwho("classify", picture).status) == ExitCode.unreachable.rawValue })
        try sql("ALTER DATABASE \(name) ALLOW_CONNECTIONS true")
        #expect(Self.wait { (try? daemon.client.call(CheckReadiness.self)) != nil })
        #expect(try daemon.aniwho("classify", picture).status == 0)
        #expect(try daemon.aniwho("enroll", "x", "enroll/\(try Self.names()[1])").status == 0)
    }
}
