import API
import Client
import Foundation
import Testing

/// What is wrong is said clearly, with the right status, and nothing is half-written.
@Suite(.serialized) struct BadInputTests {
    private static func started() throws -> TestDaemon {
        let daemon = try TestDaemon()
        try daemon.start()
        return daemon
    }

    @Test func oneBadPictureAmongManyEnrolsNone() throws {
        let daemon = try Self.started()
        let good = try FileManager.default.contentsOfDirectory(atPath: TestDaemon.samples + "/enroll/Iori Namisato")
            .map { "enroll/Iori Namisato/\($0)" }
        let png = try Data(contentsOf: URL(fileURLWithPath: TestDaemon.samples + "/strangers/1.png"))
        // A header that claims 60000 × 60000 pixels.
        var bomb = png
        bomb.replaceSubrange(16..<24, with: [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60])
        let bad: [(String, Data)] = [
            ("empty.png", Data()), ("text.png", Data("no picture".utf8)), ("truncated.png", png.prefix(png.count / 2)),
            ("bomb.png", bomb),
        ]
        for (name, bytes) in bad {
            try bytes.write(to: URL(fileURLWithPath: "\(daemon.home)/\(name)"))
            let result = try daemon.aniwho("enroll", "Iori", good[0], good[1], "\(daemon.home)/\(name)")
            #expect(
                result.status == ExitCode.badInput.rawValue && result.error.contains(name), "\(name): \(result.error)")
        }
        #expect(try daemon.client.call(GetStatus.self).characters == 0)
    }

    @Test func aDuplicateIsReportedAndNotStoredTwice() throws {
        let daemon = try Self.started()
        _ = try daemon.aniwho("enroll", "A", "strangers/1.png")
        let again = try daemon.aniwho("enroll", "A", "strangers/1.png", "strangers/2.png")
        #expect(again.status == 0 && again.error.contains("strangers/1.png is enrolled already"))
        #expect(again.out.contains("1 new image, 2 in all"))
        let other = try daemon.aniwho("enroll", "B", "strangers/1.png")
        #expect(other.status == 0 && other.error.contains("also enrolled as A"))
    }

    @Test func namesPathsAndThingsThatAreNotThere() throws {
        let daemon = try Self.started()
        for name in ["", String(repeating: "x", count: 201), "a\u{7}b"] {
            #expect(try daemon.aniwho("enroll", name, "strangers/1.png").status == ExitCode.badInput.rawValue)
        }
        #expect(try daemon.aniwho("enroll", "A", "nowhere.png").status == ExitCode.notFound.rawValue)
        try FileManager.default.createDirectory(atPath: daemon.home + "/void", withIntermediateDirectories: true)
        #expect(try daemon.aniwho("enroll", "A", daemon.home + "/void").error.contains("holds no pictures"))
        #expect(try daemon.aniwho("characters", "show", "nobody").status == ExitCode.notFound.rawValue)
        #expect(try daemon.aniwho("models", "use", "nothing").status == ExitCode.notFound.rawValue)
        #expect(try daemon.aniwho("rebuild", "--character", "nobody").status == ExitCode.notFound.rawValue)
        #expect(try daemon.aniwho("clasify", "x").error.contains("did you mean classify?"))
        #expect(try daemon.aniwho("classify").status == ExitCode.usage.rawValue)
        #expect(try daemon.client.call(GetStatus.self).characters == 0)
    }

    @Test func aModelFileThatDoesNotFit() throws {
        let daemon = try Self.started()
        let file = daemon.home + "/bad.safetensors"
        try Data("no model".utf8).write(to: URL(fileURLWithPath: file))
        let broken = try daemon.aniwho("models", "import", file, "--architecture", "resnet12", "--name", "bad")
        #expect(broken.status == ExitCode.badInput.rawValue)
        let other = try daemon.aniwho(
            "models", "import", TestDaemon.root + "/models/mobilenetv2.safetensors", "--architecture", "resnet12",
            "--name", "bad")
        #expect(other.status == ExitCode.badInput.rawValue && other.error.contains("mobilenetv2"))
        #expect(try daemon.client.entries(ListModels.self).count == 1)
    }

    @Test func malformedRequests() throws {
        let daemon = try Self.started()
        func status(_ request: String) -> Int? {
            daemon.raw(request + "\r\n").split(separator: " ").dropFirst().first.flatMap { Int($0) }
        }
        let head = "Host: x\r\nConnection: close\r\n"
        #expect(status("GET /nowhere HTTP/1.1\r\n\(head)") == 404)
        let refused = daemon.raw("DELETE /v1/status HTTP/1.1\r\n\(head)\r\n")
        #expect(refused.hasPrefix("HTTP/1.1 405") && refused.contains("Allow: GET"))
        #expect(
            status("POST /v1/classify HTTP/1.1\r\n\(head)Content-Type: text/plain\r\nContent-Length: 1\r\n\r\nx") == 415
        )
        #expect(
            status(
                "POST /v1/characters HTTP/1.1\r\n\(head)Content-Type: application/json\r\nContent-Length: 1\r\n\r\n{")
                == 400)
        #expect(
            status(
                "POST /v1/characters HTTP/1.1\r\n\(head)Content-Type: application/json\r\nContent-Length: 9999999999\r\n"
            ) == 413)
        #expect(status("GET /v1/characters?limit=0 HTTP/1.1\r\n\(head)") == 400)
        #expect(status("GET /v1/characters?limt=1 HTTP/1.1\r\n\(head)") == 400)
        #expect(status("GET /v1/characters/%zz HTTP/1.1\r\n\(head)") == 400)
        // A client that stops in the middle of a header, or goes away, keeps nobody waiting.
        _ = daemon.raw("POST /v1/classify HTTP/1.1\r\nHo", seconds: 1)
        #expect(try daemon.client.call(CheckHealth.self).status == "ok")
    }

    @Test func withoutADaemonThereIsAdvice() throws {
        let daemon = try TestDaemon()
        let result = try daemon.aniwho("status")
        #expect(result.status == ExitCode.unreachable.rawValue && result.error.contains("aniwhod"))
    }
}
