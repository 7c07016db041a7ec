import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// Backups on disks that are full or cannot be written: small file systems in memory, which root can mount.
@Suite(.onFiles, .serialized, .enabled(if: MemoryDisk.isPossible, "needs root, to mount file systems in memory"))
struct BackupDiskTests {
    private func registry(_ scratch: ScratchDirectory) async throws -> Registry {
        let registry = try await Registry.scratch(scratch)
        for number in 1...20 {
            _ = try await registry.enroll(
                character: "c", images: [newImage(number, [1, 0, 0, 1], bytes: 200_000)], model: modelA)
        }
        return registry
    }

    @Test func aFullDiskKeepsWhatItHas() async throws {
        let scratch = try ScratchDirectory()
        let registry = try await registry(scratch)
        let disk = try MemoryDisk(scratch.path + "/disk", options: "size=2m")
        await expect(.storageFull) {
            _ = try registry.backUp(to: BackupTarget(disk.path + "/b", replacing: false, of: registry)) { _, _ in true }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path).isEmpty)
        let whole = scratch.path + "/b"
        _ = try registry.backUp(to: BackupTarget(whole, replacing: false, of: registry)) { _, _ in true }
        await expect(.storageFull) {
            _ = try BackupFile.restore(
                whole, to: disk.path + "/data", replacing: false,
                digest: {
                    $0 == Data([1, 2, 3])
                        ? modelA : digest(Int(String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)) ?? 0)
                },
                verifying: { _, _ in }, copying: { _, _ in })
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path).isEmpty)
        #expect(try await registry.counts().images == 20)
    }

    @Test func aReadOnlyDiskIsToldAsSuch() async throws {
        let scratch = try ScratchDirectory()
        let registry = try await registry(scratch)
        let disk = try MemoryDisk(scratch.path + "/disk", options: "ro")
        await expect(.storageReadOnly) {
            _ = try registry.backUp(to: BackupTarget(disk.path + "/b", replacing: false, of: registry)) { _, _ in true }
        }
    }
}

/// A file system in memory, unmounted with the last reference to it.
private final class MemoryDisk {
    let path: String

    static let isPossible: Bool = {
        guard geteuid() == 0, let scratch = try? ScratchDirectory() else { return false }
        return (try? MemoryDisk(scratch.path + "/disk", options: "size=1m")) != nil
    }()

    init(_ path: String, options: String) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard try Self.run("mount", "-t", "tmpfs", "-o", options, "tmpfs", path) == 0 else {
            throw RegistryError(.storageFailure, "no file system can be mounted")
        }
    }

    deinit { _ = try? Self.run("umount", path) }

    private static func run(_ words: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
