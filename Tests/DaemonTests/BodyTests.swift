import API
import Foundation
import Testing

@testable import Daemon

/// The bodies of requests: how many bytes the daemon holds, and where a body ends.
@Suite struct BodyTests {
    private func code(_ work: () throws(APIError) -> Void) -> ErrorCode? {
        do throws(APIError) {
            try work()
            return nil
        } catch { return error.code }
    }

    @Test func `bytes are held up to each caller's limit and up to that of all`() {
        let budget = BodyBudget(.init(total: 100, perCaller: 60), place: "of memory")
        let (one, two) = (budget.share(of: .user(1)), budget.share(of: .token("bot", .reader)))
        #expect(budget.largest == 60)
        #expect(code { () throws(APIError) in try one.take(50) } == nil)
        #expect(code { () throws(APIError) in try one.check(11) } == .rateLimited)
        #expect(code { () throws(APIError) in try one.take(11) } == .rateLimited)
        #expect(code { () throws(APIError) in try two.take(51) } == .overloaded)
        #expect(code { () throws(APIError) in try two.take(50) } == nil && budget.held == 100)
        one.giveBack(50)
        #expect(code { () throws(APIError) in try one.check(50) } == nil && budget.held == 50)
        budget.change(.init(total: 10, perCaller: 10))
        #expect(code { () throws(APIError) in try one.take(1) } == .overloaded)
        two.giveBack(50)
        #expect(code { () throws(APIError) in try one.take(10) } == nil)
        let refused = ResponseMessage(error: APIError(.overloaded, "x"))
        #expect(refused.status == 503 && refused.headers["Retry-After"] == "1")
        #expect(ResponseMessage(error: APIError(.rateLimited, "x", retryAfter: 7)).headers["Retry-After"] == "7")
    }

    @Test(arguments: [BodyKind.images, .json, .file]) func `a sink counts until it is discarded`(kind: BodyKind) throws
    {
        let budget = BodyBudget(.init(total: 10, perCaller: 10), place: "of memory")
        func sink() throws(APIError) -> BodySink {
            try BodySink(
                kind: kind, limit: 8, temporaryDirectory: NSTemporaryDirectory(), share: budget.share(of: .user(1)))
        }
        let (first, second) = (try sink(), try sink())
        try first.append(Data("123456".utf8))
        #expect(code { () throws(APIError) in try second.append(Data("12345".utf8)) } == .rateLimited)
        #expect(code { () throws(APIError) in try first.append(Data("789".utf8)) } == .payloadTooLarge)
        // The body is held while its request is worked on.
        _ = try first.body(contentType: "image/png")
        #expect(budget.held == 6)
        first.discard()
        first.discard()
        #expect(budget.held == 0)
        second.discard()
        let third = try sink()
        try third.append(Data("12345".utf8))
        #expect(budget.held == 5)
        third.discard()
        #expect(budget.held == 0)
    }

    /// Whoever appends to a file never waits for the disk.
    @Test func `a file's bytes are written apart from their arrival`() throws {
        let budget = BodyBudget(.init(), place: "on the disk")
        let sink = try BodySink(
            kind: .file, limit: 1 << 20, temporaryDirectory: NSTemporaryDirectory(), share: budget.share(of: .user(1)))
        let path = try #require(sink.path)
        func stored() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
        let block = Data((0..<(256 << 10)).map { UInt8(truncatingIfNeeded: $0 * 7) })
        try sink.append(block.prefix(1000))
        #expect(!sink.isFull)
        try sink.append(block.dropFirst(1000))
        #expect(try sink.isFull && stored().isEmpty)
        sink.write()
        #expect(try !sink.isFull && stored() == block)
        try sink.append(Data([1, 2, 3]))
        guard case .file(path) = try sink.body(contentType: "") else { Issue.record("no file"); return }
        #expect(try stored() == block + [1, 2, 3])
        sink.discard()
        BodySink.disk.sync {}
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `where a body ends is certain, or the request is refused`() {
        func fault(_ headers: (String, String)...) -> APIError? {
            BodyFraming(headers: headers.map { (name: $0.0, value: $0.1) }).fault
        }
        #expect(fault() == nil && fault(("Content-Length", "5"), ("CONTENT-LENGTH", " 5 ")) == nil)
        #expect(fault(("Transfer-Encoding", "Chunked")) == nil)
        #expect(fault(("Content-Length", "5"), ("content-length", "50"))?.message.contains("5, 50") == true)
        #expect(fault(("Content-Length", "5"), ("Transfer-Encoding", "chunked"))?.code == .badRequest)
        #expect(fault(("Transfer-Encoding", "gzip, chunked"))?.code == .badRequest)
        #expect(fault(("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked"))?.code == .badRequest)
    }

    @Test func `what clients can cause at will does not fill the log`() {
        let log = Log(threshold: .error, format: .text)
        let start = ContinuousClock.now
        #expect(log.leftOut("a", at: start) == 0 && log.leftOut("b", at: start) == 0)
        for _ in 0..<5000 { #expect(log.leftOut("a", at: start + .seconds(9)) == nil) }
        #expect(log.leftOut("a", at: start + .seconds(11)) == 5000)
        #expect(log.leftOut("a", at: start + .seconds(22)) == 0)
    }
}
