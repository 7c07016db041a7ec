import Foundation
import Testing

@testable import Daemon

/// The daemon's socket.
@Suite struct UnixSocketTests {
    @Test func `a path of one character is a path`() throws {
        // A relative path needs the working folder, where the file is for a moment.
        let socket = try UnixSocket(path: "q")
        #expect(FileManager.default.fileExists(atPath: "q"))
        socket.remove()
        #expect(!FileManager.default.fileExists(atPath: "q"))
    }

    @Test func `the folder of a path is made`() throws {
        let folder = NSTemporaryDirectory() + "aniwho-\(UInt32.random(in: 0...UInt32.max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let socket = try UnixSocket(path: folder + "/a/s")
        #expect(FileManager.default.fileExists(atPath: folder + "/a/s"))
        socket.remove()
    }
}
