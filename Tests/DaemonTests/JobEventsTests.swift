import API
import Foundation
import Synchronization
import Testing

@testable import Daemon

/// The file of a job's events, and who reads it.
@Suite struct JobEventsTests {
    private final class Folder {
        let path = NSTemporaryDirectory() + "aniwho-events-" + UUID().uuidString
        var file: String { path + "/events.ndjson" }
        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private let end = JobEnd(id: 3, kind: .pretrain, state: .finished, name: "N", error: nil)

    @Test func `half a line that was left is removed, whole ones stay`() throws {
        let folder = try Folder()
        for (before, after) in [("", ""), ("{\"a", ""), ("{}\n{\"ev", "{}\n"), ("{}\n{}\n", "{}\n{}\n")] {
            try Data(before.utf8).write(to: URL(filePath: folder.file))
            try JobEvents(path: folder.file).append(Data("{\"b\":1}".utf8))
            #expect(try String(contentsOfFile: folder.file, encoding: .utf8) == after + "{\"b\":1}\n")
        }
    }

    @Test(arguments: [1, 5, 64, 4096]) func `a reader sees every byte once, however small its pieces`(size: Int) throws
    {
        let folder = try Folder()
        let events = JobEvents(path: folder.file)
        let wakes = Mutex(0)
        let reader = events.reader()
        reader.onMore { wakes.withLock { $0 += 1 } }
        var seen = Data()
        func read() -> LineChunk {
            while true {
                let chunk = reader.next(maximum: size)
                guard case .bytes(let bytes) = chunk else { return chunk }
                #expect((1...size).contains(bytes.count))
                seen += bytes
            }
        }
        #expect(read() == .notYet && seen.isEmpty)
        try events.append(Data("{\"event\":\"start\"}".utf8))
        #expect(read() == .notYet && seen == Data("{\"event\":\"start\"}\n".utf8))
        try events.append(Data("{}".utf8))
        events.finish(end)
        #expect(read() == .end && wakes.withLock { $0 } == 3)
        let last = try #require(seen.split(separator: UInt8(ascii: "\n")).last)
        #expect(try JSON.decode(JobEnd.self, from: Data(last)) == end)
        reader.close()
        // Who comes late sees the same.
        let late = JobEvents(path: folder.file, end: end).reader()
        var again = Data()
        while case .bytes(let bytes) = late.next(maximum: size) { again += bytes }
        #expect(again == seen)
    }

    @Test func `a job without a file has its end only`() throws {
        let reader = JobEvents(path: "/nowhere/events", end: end).reader()
        guard case .bytes(let bytes) = reader.next(maximum: 1000) else { Issue.record("no last line"); return }
        #expect(try JSON.decode(JobEnd.self, from: bytes) == end && reader.next(maximum: 1000) == .end)
        let error = #expect(throws: APIError.self) { try JobEvents(path: "/nowhere/events").append(Data("{}".utf8)) }
        #expect(error?.code == .storage)
        #expect(APIError(systemError: ENOSPC, "x").code == .storageFull)
    }
}
