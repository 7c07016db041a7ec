import API
import Client
import Foundation
import Testing

/// Clients that mean harm; `scripts/hostile` does the same in the large.
@Suite(.serialized) struct HostileClientTests {
    private static func started(timeout: Int = 1, _ options: String...) throws -> TestDaemon {
        let daemon = try TestDaemon(options: ["--log-level", "error", "--request-timeout", String(timeout)] + options)
        try daemon.start()
        return daemon
    }

    @Test func whatDribblesIsEndedAndOthersAreAnswered() throws {
        let daemon = try Self.started()
        let head = RawConnection(socket: daemon.socket)
        head.send("GET /v1/status HTTP/1.1\r\n")
        #expect(head.dribble("X-A: b\r\n")?.hasPrefix("HTTP/1.1 408 ") == true)
        let line = RawConnection(socket: daemon.socket)
        #expect(line.dribble("G")?.hasPrefix("HTTP/1.1 408 ") == true)
        let body = RawConnection(socket: daemon.socket)
        body.send(
            "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\nContent-Length: 100000\r\n\r\n")
        let said = try #require(body.dribble("x"))
        #expect(said.hasPrefix("HTTP/1.1 408 ") && said.contains("\"request_timeout\""))
        #expect(try daemon.aniwho("status").status == 0)
    }

    @Test func whatIsWorkedOnIsWaitedForLongerThanAHead() throws {
        let daemon = try Self.started()
        _ = try daemon.aniwho("enroll", "--from-folders", "enroll")
        // A stream has all the time it needs.
        let watching = RawConnection(socket: daemon.socket)
        watching.send("GET /v1/heads/comparison HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(watching.readToEnd(seconds: 60)?.hasPrefix("HTTP/1.1 200 ") == true)
    }

    @Test func halfClosedSocketsAreAnsweredOrClosed() throws {
        let daemon = try Self.started()
        let whole = RawConnection(socket: daemon.socket)
        whole.send("GET /v1/status HTTP/1.1\r\nHost: a\r\n\r\n")
        whole.endSending()
        // libmicrohttpd may see the end before it sends the answer, and then sends none.
        let answer = try #require(whole.readToEnd())
        #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 200 "))
        let part = RawConnection(socket: daemon.socket)
        part.send("POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\nContent-Length: 9\r\n\r\nx")
        part.endSending()
        #expect(part.readToEnd() != nil)
        #expect(try daemon.aniwho("status").status == 0)
    }

    @Test func idleConnectionsKeepNobodyOut() throws {
        let daemon = try Self.started(timeout: 60, "--connections", "40", "--connections-per-user", "30")
        var idle: [RawConnection] = []
        for _ in 0..<400 {
            idle.append(RawConnection(socket: daemon.socket))
            #expect(idle.last?.isConnected == true)
        }
        let turnedAway = idle.suffix(300).count { $0.readToEnd(seconds: 1)?.hasPrefix("HTTP/1.1 503 ") == true }
        #expect(turnedAway > 250)
        // Those that are in give way, one after the other.
        Thread.sleep(forTimeInterval: 1.1)
        for _ in 0..<20 { #expect(try daemon.aniwho("status").status == 0) }
        let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(daemon.processID)/fd").count
        #expect(files < 100)
        #expect(daemon.stop() == 0)
    }

    @Test func headsThatAreTooLargeAreRefused() throws {
        let daemon = try Self.started()
        let long = String(repeating: "a", count: 300_000)
        for head in ["GET /v1/status HTTP/1.1\r\nX-A: \(long)\r\n\r\n", "GET /\(long) HTTP/1.1\r\n\r\n", long] {
            let connection = RawConnection(socket: daemon.socket)
            connection.send(head)
            let answer = connection.readToEnd()
            #expect(answer != nil && answer?.contains(" 200 ") == false)
        }
        #expect(try daemon.aniwho("status").status == 0)
    }
}
