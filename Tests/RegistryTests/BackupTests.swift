import API
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Registry

/// Backups: written while changes go on, verified, and put back.
@Suite(.onFiles) struct BackupTests {
    let scratch: ScratchDirectory
    var file: String { scratch.path + "/backup" }

    init() throws { scratch = try ScratchDirectory() }

    /// The digest that belongs to the bytes of `newImage` and of the model.
    private static func hash(_ bytes: Data) -> String {
        if bytes == Data([1, 2, 3]) { return modelA }
        return digest(Int(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)) ?? -1)
    }

    private func verify(_ file: String) throws(RegistryError) -> ContentSummary {
        try BackupFile.verify(file, digest: Self.hash) { _, _ in }
    }

    private func restore(
        to data: String, replacing: Bool = false
    ) throws(RegistryError) -> RestoredBackup {
        try BackupFile.restore(
            file, to: data, replacing: replacing, digest: Self.hash, verifying: { _, _ in }, copying: { _, _ in })
    }

    /// Runs what waits for tasks, away from the threads that tasks share.
    private func onThread<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
        }
    }

    private func filled(_ images: Int, bytes: Int = 10) async throws -> Registry {
        let registry = try await Registry.scratch(scratch)
        for number in 1...images {
            _ = try await registry.enroll(
                character: "c\(number % 3)", images: [newImage(number, [Float(number), 0, 0, 1], bytes: bytes)],
                model: modelA)
        }
        return registry
    }

    private func target(_ registry: Registry, replacing: Bool = false) throws(RegistryError) -> BackupTarget {
        try BackupTarget(file, replacing: replacing, of: registry)
    }

    @Test func holdsEverythingInOneFile() async throws {
        let registry = try await filled(7)
        let reports = Mutex<[(Int, Int)]>([])
        let bytes = try registry.backUp(to: target(registry)) { done, total in
            reports.withLock { $0.append((done, total)) }
            return true
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == ["backup", "data"])
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.posixPermissions] as? Int == 0o600 && attributes[.size] as? Int == bytes)
        #expect(reports.withLock { $0.last.map { $0.0 == $0.1 } } == true)
        let summary = try verify(file)
        #expect(summary.counts == (try await registry.counts()) && summary.activeModel == "A")
        #expect(summary.schema == embeddedMigrations.count && summary.schema == summary.latestSchema)
        // Reading it leaves nothing beside it.
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == ["backup", "data"])
    }

    /// Half of the pages are copied when changes begin: they go on, and the backup is of the moment it began.
    @Test func changesGoOnMeanwhile() async throws {
        let registry = try await filled(60, bytes: 200_000)
        let enrolled = DispatchSemaphore(value: 0)
        let writer = Mutex<Task<Void, any Error>?>(nil)
        let steps = Mutex(0)
        let target = try target(registry)
        // On a thread of its own: it waits for a task, which needs a thread of the pool that the tests share.
        _ = try await onThread {
            try registry.backUp(to: target) { done, total in
                guard done < total else { return true }
                steps.withLock { $0 += 1 }
                writer.withLock { writer in
                    guard writer == nil else { return }
                    writer = Task {
                        for number in 61...70 {
                            let image = newImage(number, [1, 0, 0, 0], bytes: 200_000)
                            _ = try await registry.enroll(character: "later", images: [image], model: modelA)
                            enrolled.signal()
                        }
                    }
                }
                enrolled.wait()
                return true
            }
        }
        try await writer.withLock { $0 }?.value
        #expect(steps.withLock { $0 } >= 3)
        #expect(try await registry.counts().images == 70)
        let summary = try verify(file)
        #expect(summary.counts.images == 60)
    }

    @Test func whatIsGivenUpLeavesNothing() async throws {
        let registry = try await filled(40, bytes: 200_000)
        await expect(.interrupted) { _ = try registry.backUp(to: target(registry)) { done, total in done >= total } }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["data"])
    }

    @Test func neverTakesTheWrongPlace() async throws {
        let registry = try await filled(3)
        try Data("a letter".utf8).write(to: URL(filePath: file))
        await expect(.targetExists) { _ = try target(registry) }
        await expect(.targetExists) { _ = try target(registry, replacing: true) }
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "a letter")
        try FileManager.default.removeItem(atPath: file)
        _ = try registry.backUp(to: target(registry)) { _, _ in true }
        await expect(.targetExists) { _ = try target(registry) }
        _ = try await registry.enroll(character: "x", images: [newImage(9, [1, 1, 1, 1])], model: modelA)
        _ = try registry.backUp(to: target(registry, replacing: true)) { _, _ in true }
        #expect(try verify(file).counts.images == 4)
        for place in [scratch.databaseFile, scratch.data + "/../data/other"] {
            await expect(.badBackup) { _ = try BackupTarget(place, replacing: true, of: registry) }
        }
        await expect(.badBackup) { _ = try BackupTarget("relative", replacing: true, of: registry) }
    }

    /// A name that is taken while the backup is being written stays whose it is.
    @Test func losesNoFileToARace() async throws {
        let registry = try await filled(3)
        let target = try target(registry)
        await expect(.targetExists) {
            _ = try registry.backUp(to: target) { _, _ in
                (try? Data("a letter".utf8).write(to: URL(filePath: file))) != nil
            }
        }
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "a letter")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == ["backup", "data"])
    }

    /// A backup goes to the end of a link, as other files that commands write do.
    @Test func aLinkStaysALink() async throws {
        let registry = try await filled(3)
        let (files, target) = (FileManager.default, scratch.path + "/elsewhere/real")
        try files.createDirectory(atPath: scratch.path + "/elsewhere", withIntermediateDirectories: true)
        try files.createSymbolicLink(atPath: file, withDestinationPath: "elsewhere/middle")
        try files.createSymbolicLink(atPath: scratch.path + "/elsewhere/middle", withDestinationPath: "real")
        for replacing in [false, true] {
            let place = try BackupTarget(file, replacing: replacing, of: registry)
            #expect(place.file == target)
            _ = try registry.backUp(to: place) { _, _ in true }
            #expect(try files.destinationOfSymbolicLink(atPath: file) == "elsewhere/middle")
            #expect(try verify(target).counts.images == 3 && verify(file).counts.images == 3)
        }
        await expect(.targetExists) { _ = try BackupTarget(file, replacing: false, of: registry) }
        // Through a link, too, it never lies in the data directory, and a circle ends.
        try files.createSymbolicLink(atPath: scratch.path + "/in", withDestinationPath: "data/backup")
        await expect(.badBackup) {
            _ = try BackupTarget(scratch.path + "/in", replacing: true, of: registry)
        }
        try files.createSymbolicLink(atPath: scratch.path + "/a", withDestinationPath: "a")
        await expect(.badBackup) { _ = try BackupTarget(scratch.path + "/a", replacing: true, of: registry) }
    }

    /// Opening a FIFO would wait for its other end.
    @Test(.timeLimit(.minutes(10))) func aPipeIsRefusedAtOnce() async throws {
        let registry = try await filled(1)
        #expect(mkfifo(file, 0o600) == 0)
        await expect(.targetExists) { _ = try target(registry) }
        await expect(.targetExists) { _ = try target(registry, replacing: true) }
        await expect(.badBackup) { _ = try verify(file) }
        await expect(.badBackup) { _ = try restore(to: scratch.path + "/new") }
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/new"))
        await expect(.badBackup) { _ = try verify(scratch.path) }
        await expect(.badBackup) { _ = try verify("/dev/zero") }
    }

    @Test func findsDamage() async throws {
        let registry = try await filled(30, bytes: 20_000)
        _ = try await registry.reject(
            character: "c1", images: [newImage(99, [9, 9, 9, 9], bytes: 20_000)], model: modelA)
        _ = try registry.backUp(to: target(registry)) { _, _ in true }
        let whole = try Data(contentsOf: URL(filePath: file))
        func expectBad(_ bytes: Data, _ words: String) async throws {
            try bytes.write(to: URL(filePath: file))
            let error = #expect(throws: RegistryError.self) { try verify(file) }
            #expect(error?.code == .badBackup && error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
        try await expectBad(Data(), "not a backup")
        try await expectBad(Data("no backup, but long enough to be one ".utf8) + Data(count: 200), "not a backup")
        try await expectBad(whole.prefix(whole.count / 2), "damaged")
        // A byte of a picture, which no check of SQLite's sees.
        for (number, kind) in [(17, "image"), (99, "rejection")] {
            let picture = newImage(number, [], bytes: 20_000).bytes.prefix(1_000)
            let place = try #require(whole.range(of: picture))
            var altered = whole
            altered[place.lowerBound] ^= 1
            try await expectBad(
                altered, "the file of \(kind) \(number == 99 ? 1 : number) has changed since it was stored")
        }
        // A page of a table's tree.
        var torn = whole
        torn.replaceSubrange(8192..<16384, with: Data(repeating: 0xA5, count: 8192))
        try await expectBad(torn, "damaged")
        try await expectBad(try Data(contentsOf: URL(filePath: scratch.databaseFile)), "aniwho backup create FILE")
        try whole.write(to: URL(filePath: file))
        #expect(try verify(file).counts.images == 30)
    }

    @Test func isRestoredIntoANewDirectory() async throws {
        let registry = try await filled(9)
        // The job that writes the backup is part of it, and must not run again.
        let writing = try await registry.createWork(kind: .backUp, arguments: ["{}"])
        _ = try await registry.startJob(writing.id)
        let training = try await registry.createJob(kind: .pretrain, name: "N", arguments: [])
        _ = try registry.backUp(to: target(registry)) { _, _ in true }
        let restored = scratch.path + "/new/data"
        #expect(try restore(to: restored).replaced == nil)
        let second = try await Registry.open(directory: restored, database: try TestDatabase.address(for: restored))
        #expect(try await second.counts() == (try await registry.counts()))
        let query: [[Float]] = [[3, 0, 0, 1]]
        #expect(
            try second.search(queries: query, model: modelA, top: 3, temperature: 1)
                == registry.search(queries: query, model: modelA, top: 3, temperature: 1))
        #expect(try await second.audit(limit: 1).map(\.action) == ["registry.restore"])
        #expect(try await second.job(writing.id).state == .cancelled)
        #expect(try await second.job(training.id).state == .queued)
        #expect(try await second.imageBytes(5) == newImage(5, []).bytes)
        _ = try await second.enroll(character: "new", images: [newImage(10, [1, 1, 1, 1])], model: modelA)
        await second.close()
    }

    @Test func replacesOnlyWhenTold() async throws {
        let registry = try await filled(5)
        _ = try registry.backUp(to: target(registry)) { _, _ in true }
        _ = try await registry.enroll(character: "later", images: [newImage(9, [1, 1, 1, 1])], model: modelA)
        await expect(.databaseLocked) { _ = try restore(to: scratch.data, replacing: true) }
        await registry.close()
        await expect(.targetExists) { _ = try restore(to: scratch.data) }
        let result = try restore(to: scratch.data, replacing: true)
        let kept = try #require(result.replaced)
        let second = try await Registry.open(
            directory: scratch.data, database: try TestDatabase.address(for: scratch.data))
        #expect(try await second.counts().images == 5)
        await second.close()
        // The former one is whole, with what was only in its log.
        let former = try Connection(path: kept)
        #expect(try former.first("SELECT count(*) FROM images") { $0.int(0) } == 6)
    }

    /// Whoever restores the wrong backup, and then the right one, still has the registry of before both.
    @Test func `every registry that was replaced is kept`() async throws {
        let registry = try await filled(5)
        _ = try registry.backUp(to: target(registry)) { _, _ in true }
        _ = try await registry.enroll(character: "later", images: [newImage(9, [1, 1, 1, 1])], model: modelA)
        await registry.close()
        let kept = try (0..<3).map { _ in try #require(try restore(to: scratch.data, replacing: true).replaced) }
        #expect(Set(kept).count == 3)
        for (place, images) in zip(kept, [6, 5, 5]) {
            let former = try Connection(path: place)
            #expect(try former.first("SELECT count(*) FROM images") { $0.int(0) } == images, "\(place)")
        }
    }

    @Test(.enabled(if: geteuid() == 0)) func `what root restores is the daemon's`() async throws {
        let registry = try await filled(5)
        _ = try registry.backUp(to: target(registry)) { _, _ in true }
        await registry.close()
        let restored = scratch.path + "/of another user"
        try FileManager.default.createDirectory(
            atPath: restored,
            withIntermediateDirectories: false, attributes: [.ownerAccountID: 12345, .groupOwnerAccountID: 12345])
        for _ in 1...2 { _ = try restore(to: restored, replacing: true) }
        let names = try FileManager.default.contentsOfDirectory(atPath: restored)
        #expect(names.count == 3, "\(names)")
        for name in names {
            let owner = try FileManager.default.attributesOfItem(atPath: "\(restored)/\(name)")[.ownerAccountID]
            #expect((owner as? NSNumber)?.intValue == 12345, "\(name)")
        }
        // Neither is a file of root's behind a link that the user put there.
        let file = scratch.path + "/of root"
        try Data().write(to: URL(filePath: file))
        let lock = restored + "/" + DirectoryLock.fileName
        try FileManager.default.removeItem(atPath: lock)
        try FileManager.default.createSymbolicLink(atPath: lock, withDestinationPath: file)
        await expect(.storageFailure) { _ = try restore(to: restored, replacing: true) }
        let owner = try FileManager.default.attributesOfItem(atPath: file)[.ownerAccountID] as? NSNumber
        #expect(owner?.intValue == 0)
    }

    /// A log that a killed daemon has left is not read as the backup's.
    @Test func replacesTheRegistryOfAKilledDaemon() async throws {
        let registry = try await filled(5)
        _ = try registry.backUp(to: target(registry)) { _, _ in true }
        _ = try await registry.enroll(character: "later", images: [newImage(9, [1, 1, 1, 1])], model: modelA)
        let copy = scratch.path + "/killed"
        try FileManager.default.copyItem(atPath: scratch.data, toPath: copy)
        #expect(FileManager.default.fileExists(atPath: copy + "/aniwho.db-wal"))
        _ = try restore(to: copy, replacing: true)
        let second = try await Registry.open(directory: copy, database: try TestDatabase.address(for: copy))
        #expect(try await second.counts().images == 5)
        await second.close()
        // Nor is one beside a database that cannot be read.
        try Data("no database".utf8).write(to: URL(filePath: copy + "/aniwho.db"))
        try Data("no log".utf8).write(to: URL(filePath: copy + "/aniwho.db-wal"))
        _ = try restore(to: copy, replacing: true)
        let third = try await Registry.open(directory: copy, database: try TestDatabase.address(for: copy))
        #expect(try await third.counts().images == 5)
        await third.close()
    }

    @Test func aBadBackupTouchesNothing() async throws {
        let registry = try await filled(5)
        _ = try registry.backUp(to: target(registry)) { _, _ in true }
        await registry.close()
        try Data(contentsOf: URL(filePath: file)).prefix(20_000).write(to: URL(filePath: file))
        await expect(.badBackup) { _ = try restore(to: scratch.data, replacing: true) }
        await expect(.badBackup) { _ = try restore(to: scratch.path + "/new") }
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/new"))
        let second = try await Registry.open(
            directory: scratch.data, database: try TestDatabase.address(for: scratch.data))
        #expect(try await second.counts().images == 5)
        await second.close()
    }
}
