import Foundation
import Testing

@testable import Daemon

/// Files that other programs wrote, such as a bundle's manifest.
@Suite struct PlainFileTests {
    @Test(.timeLimit(.minutes(1))) func `links, FIFOs, folders, devices and large files are not read`() throws {
        let folder = NSTemporaryDirectory() + "aniwho-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data("12345".utf8).write(to: URL(filePath: folder + "/plain"))
        try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: folder + "/plain")
        #expect(mkfifo(folder + "/fifo", 0o600) == 0)
        // A sparse gigabyte.
        #expect(FileManager.default.createFile(atPath: folder + "/large", contents: nil))
        #expect(truncate(folder + "/large", 1 << 30) == 0)
        #expect(PlainFile.contents(folder + "/plain", upTo: 5) == Data("12345".utf8))
        #expect(PlainFile.contents(folder + "/plain", upTo: 4) == nil)
        for name in ["link", "fifo", "large", ".", "missing"] {
            #expect(PlainFile.contents(folder + "/" + name, upTo: 256 << 20) == nil, "\(name)")
        }
        #expect(PlainFile.contents("/dev/zero", upTo: 5) == nil)
    }
}
