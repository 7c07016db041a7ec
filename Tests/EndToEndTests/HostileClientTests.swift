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
        let job = try daemon.client.call(CompareHeads.self)
        let watching = RawConnection(socket: daemon.socket)
        watching.send("GET /v1/jobs/\(job.id)/events HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
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

    @Test func requestsThatCannotBeReadAreToldWhy() throws {
        let daemon = try Self.started()
        func answer(_ head: String, _ body: String = "") throws -> String {
            let connection = RawConnection(socket: daemon.socket)
            connection.send(head + "\r\nHost: a\r\nConnection: close\r\n\r\n" + body)
            return try #require(connection.readToEnd())
        }
        let classify = "POST /v1/classify HTTP/1.1\r\nContent-Type: image/png"
        let twice = try answer(classify + "\r\nContent-Length: 3\r\nContent-Length: 30", "abc")
        #expect(twice.hasPrefix("HTTP/1.1 400 ") && twice.contains("3, 30"))
        #expect(try answer(classify + "\r\nContent-Length: 3\r\nContent-Length: 3", "abc").hasPrefix("HTTP/1.1 422 "))
        let both = try answer(classify + "\r\nContent-Length: 3\r\nTransfer-Encoding: chunked", "0\r\n\r\n")
        #expect(both.hasPrefix("HTTP/1.1 400 ") && both.contains("Transfer-Encoding"))
        let packed = try answer(classify + "\r\nContent-Encoding: gzip\r\nContent-Length: 3", "abc")
        #expect(packed.hasPrefix("HTTP/1.1 415 ") && packed.contains("Content-Encoding: gzip"))
        let whole = try answer("GET http://127.0.0.1/v1/status HTTP/1.1")
        #expect(whole.hasPrefix("HTTP/1.1 400 ") && whole.contains("GET /v1/status"))
        let form =
            "--B\r\nContent-Disposition: form-data; name=\"character\"\r\n\r\nRei\r\n--B--\r\n"
        let field = try answer(
            "POST /v1/classify HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: \(form.utf8.count)",
            form)
        #expect(field.hasPrefix("HTTP/1.1 400 ") && field.contains("the text field “character”"))
    }

    @Test func bodiesTogetherHaveALimit() throws {
        let daemon = try Self.started(timeout: 60, "--body-memory", "1", "--body-memory-per-user", "1")
        func begin(_ bytes: Int) -> RawConnection {
            let connection = RawConnection(socket: daemon.socket)
            connection.send(
                "POST /v1/classify HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: image/png\r\nContent-Length: \(bytes)\r\n\r\n"
            )
            return connection
        }
        let large = begin(2 << 20)
        large.send(String(repeating: "x", count: 2 << 20))
        #expect(large.readToEnd()?.hasPrefix("HTTP/1.1 413 ") == true)
        let slow = begin(1_000_000)
        slow.send(String(repeating: "x", count: 700_000))
        Thread.sleep(forTimeInterval: 0.5)
        let second = begin(500_000)
        second.send(String(repeating: "x", count: 500_000))
        let refused = try #require(second.readToEnd())
        #expect(refused.hasPrefix("HTTP/1.1 429 ") && refused.contains("Retry-After: 1"))
        // The first one is whole, and leaves room when it is answered.
        slow.send(String(repeating: "x", count: 300_000))
        #expect(slow.readToEnd()?.hasPrefix("HTTP/1.1 422 ") == true)
        let third = begin(500_000)
        third.send(String(repeating: "x", count: 500_000))
        #expect(third.readToEnd()?.hasPrefix("HTTP/1.1 422 ") == true)
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
