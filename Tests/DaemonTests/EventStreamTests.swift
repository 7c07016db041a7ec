import API
import Foundation
import Testing

@testable import Daemon

/// Server-sent events and parts of files.
@Suite struct EventStreamTests {
    private func text(_ stream: EventStream, maximum: Int = 1 << 16) -> String {
        var bytes = Data()
        while case .bytes(let more) = stream.next(maximum: maximum) {
            #expect(more.count <= maximum)
            bytes += more
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func channel(_ count: Int) -> LineChannel {
        let channel = LineChannel()
        for number in 1...count { channel.send(["n": number]) }
        channel.end()
        return channel
    }

    @Test(arguments: [1, 7, 1 << 16]) func `each line is an event with its number`(maximum: Int) {
        let stream = EventStream(channel(3), after: nil) { _ in nil }
        #expect(
            text(stream, maximum: maximum)
                == "id: 1\ndata: {\"n\":1}\n\nid: 2\ndata: {\"n\":2}\n\nid: 3\ndata: {\"n\":3}\n\n")
        #expect(stream.next(maximum: 9) == .end)
    }

    @Test func `what has arrived is not sent again`() {
        #expect(text(EventStream(channel(3), after: 2) { _ in nil }) == "id: 3\ndata: {\"n\":3}\n\n")
        #expect(text(EventStream(channel(3), after: 3) { _ in nil }) == "")
        let numbers = EventStream(channel(3), after: 20) { line in
            (try? JSON.decode(JSONValue.self, from: line))?["n"]?.integer.map { $0 * 10 }
        }
        #expect(text(numbers) == "id: 30\ndata: {\"n\":3}\n\n")
    }

    @Test func `what is not there yet comes later`() {
        let channel = LineChannel()
        let stream = EventStream(channel, after: nil) { _ in nil }
        #expect(stream.next(maximum: 99) == .notYet)
        channel.send(["n": 1])
        #expect(text(stream) == "id: 1\ndata: {\"n\":1}\n\n")
        #expect(stream.next(maximum: 99) == .notYet)
        channel.end()
        #expect(stream.next(maximum: 99) == .end)
    }

    @Test func `a client asks for events by its headers`() throws {
        #expect(try EventStream.Wish(accepted: nil, last: nil) == nil)
        #expect(try EventStream.Wish(accepted: "*/*", last: "3") == nil)
        #expect(try EventStream.Wish(accepted: "text/event-stream", last: nil)?.last == nil)
        #expect(try EventStream.Wish(accepted: "text/html, Text/Event-Stream;q=0.5", last: "7")?.last == 7)
        for last in ["x", "-1", "1 2"] {
            let error = #expect(throws: APIError.self) {
                try EventStream.Wish(accepted: "text/event-stream", last: last)
            }
            #expect(error?.code == .badParameter)
        }
    }

    @Test(arguments: [
        ("bytes=0-3", 0..<4), ("bytes=2-", 2..<10), ("bytes=-3", 7..<10), ("bytes=-99", 0..<10), ("bytes=9-99", 9..<10),
        ("bytes=0-9223372036854775807", 0..<10),
    ]) func `a part of a file is sent`(header: String, part: Range<Int>) {
        let file = ResponseMessage(status: 200, contentType: "image/png", body: Data(0..<10))
        let message = file.file(part: header, if: nil)
        #expect(message.status == 206 && [UInt8](message.body) == part.map { UInt8($0) })
        #expect(message.headers["Content-Range"] == "bytes \(part.lowerBound)-\(part.upperBound - 1)/10")
        #expect(message.headers["Accept-Ranges"] == "bytes")
    }

    @Test(arguments: ["bytes=10-", "bytes=99-100", "bytes=-0"]) func `a part beyond the end is refused`(header: String)
    {
        let file = ResponseMessage(status: 200, contentType: "image/png", body: Data(0..<10))
        let message = file.file(part: header, if: nil)
        #expect(message.status == 416 && message.body.isEmpty && message.headers["Content-Range"] == "bytes */10")
    }

    @Test(arguments: [
        nil, "", "bytes", "bytes=", "bytes=-", "bytes=3-1", "bytes=a-b", "bytes=0-1,4-5", "pages=1-2", "bytes=+1-2",
    ])
    func `any other header means the whole file`(header: String?) {
        let file = ResponseMessage(status: 200, contentType: "image/png", body: Data(0..<10))
        let message = file.file(part: header, if: nil)
        #expect(message.status == 200 && message.body.count == 10 && message.headers["ETag"]?.hasPrefix("\"") == true)
    }

    @Test func `a part is of the file that the client has begun`() throws {
        let file = ResponseMessage(status: 200, contentType: "image/png", body: Data(0..<10))
        let tag = try #require(file.file(part: nil, if: nil).headers["ETag"])
        #expect(file.file(part: "bytes=0-3", if: tag).status == 206)
        #expect(file.file(part: "bytes=0-3", if: "\"other\"").status == 200)
        let changed = ResponseMessage(status: 200, contentType: "image/png", body: Data(1..<11))
        #expect(changed.file(part: "bytes=0-3", if: tag).body.count == 10)
        let error = ResponseMessage(error: APIError(.imageNotFound, "x"))
        #expect(error.file(part: "bytes=0-3", if: nil) == error)
    }
}
