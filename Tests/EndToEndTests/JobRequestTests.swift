import API
import Client
import Foundation
import TestSupport
import Testing

/// Long works over HTTP: asked for twice, left alone, watched again.
@Suite(.serialized) struct JobRequestTests {
    private func send(_ head: String, _ daemon: TestDaemon, body: String = "") throws -> String {
        let connection = RawConnection(socket: daemon.socket)
        connection.send(
            "\(head)\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
        )
        return try #require(connection.readToEnd(seconds: 30))
    }

    private func job(_ answer: String) throws -> Job {
        let body = try #require(answer.components(separatedBy: "\r\n\r\n").last)
        return try JSON.decode(Job.self, from: Data(body.utf8))
    }

    @Test(.onFiles) func `a request with a key is one job, however often it is sent`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let file = daemon.home + "/nightly"
        func ask(_ key: String, _ file: String) throws -> String {
            try send(
                "POST /v1/backups HTTP/1.1\r\nIdempotency-Key: \(key)", daemon, body: #"{"file":"\#(file)"}"#)
        }
        let first = try ask("night-1", file)
        #expect(first.hasPrefix("HTTP/1.1 202 "))
        let id = try job(first).id
        let watched = try daemon.aniwho("jobs", "watch", String(id), "--json")
        #expect(watched.status == 0 && watched.out.contains(#""state":"finished""#))
        // The file exists by now; only a new request is refused.
        let again = try job(try ask("night-1", file))
        #expect(again.id == id && again.state == .finished && again.result?["file"]?.string == file)
        #expect(try ask("night-2", file).hasPrefix("HTTP/1.1 409 "))
        #expect(try ask("night-1", file + "x").hasPrefix("HTTP/1.1 422 "))
        #expect(try ask("night 1", file).hasPrefix("HTTP/1.1 400 "))
        #expect(try daemon.client.entries(ListJobs.self).count == 1)
        #expect(try daemon.aniwho("jobs", "show", String(id)).out.contains("result    {"))
    }

    @Test(.onFiles) func `events go on after the last one that arrived`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let made = try daemon.aniwho("backup", "create", daemon.home + "/b", "--json")
        #expect(made.status == 0, "\(made.error)")
        func events(_ last: String?) throws -> String {
            let header = last.map { "\r\nLast-Event-ID: \($0)" } ?? ""
            return try send("GET /v1/jobs/1/events HTTP/1.1\r\nAccept: text/event-stream\(header)", daemon)
        }
        let all = try events(nil)
        #expect(all.contains("Content-Type: text/event-stream") && all.contains("id: 1\ndata: {"))
        let numbers = all.matches(of: /id: (\d+)\n/).compactMap { Int($0.1) }
        #expect(numbers == Array(1...numbers.count) && numbers.count >= 3)
        let rest = try events(String(numbers.count - 1))
        #expect(rest.matches(of: /id: (\d+)\n/).compactMap { Int($0.1) } == [numbers.count])
        #expect(rest.contains(#""event":"end""#))
        #expect(try events("x").hasPrefix("HTTP/1.1 400 "))
        #expect(try send("GET /v1/jobs/1/events HTTP/1.1", daemon).contains("application/x-ndjson"))
    }

    @Test func `a part of a picture is sent, and none when the client has it`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        _ = try daemon.aniwho("enroll", "Iori Namisato", "enroll/Iori Namisato/1.png")
        let image = try #require(try daemon.client.entries(ListImages.self, .init(name: "Iori Namisato")).first)
        func fetch(_ header: String) throws -> String {
            try send("GET /v1/images/\(image.id) HTTP/1.1\r\n\(header)", daemon)
        }
        let part = try fetch("Range: bytes=0-7")
        #expect(part.hasPrefix("HTTP/1.1 206 ") && part.contains("Content-Range: bytes 0-7/\(image.bytes)\r\n"))
        let tag = try #require(part.firstMatch(of: /ETag: ("[0-9a-f]+")/)).1
        #expect(try fetch("If-None-Match: \(tag)").hasPrefix("HTTP/1.1 304 "))
        #expect(try fetch("Range: bytes=\(image.bytes)-").hasPrefix("HTTP/1.1 416 "))
    }
}
