import API
import CSQLite
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Registry

@Suite(.onFiles) struct DurabilityTests {
    let scratch = try? ScratchDirectory()

    @Test func reopens() async throws {
        let scratch = try #require(scratch)
        var registry = try await Registry.scratch(scratch)
        let enrolled = try await registry.enroll(
            character: "Rei", images: [newImage(1, [1, 2, 3, 4])], model: modelA)
        let found = try registry.search(queries: [[0, 0, 0, 1]], model: modelA, top: 3, temperature: 1)
        await registry.close()
        await expect(.closed) { _ = try await registry.counts() }
        await expect(.modelNotActive) {
            _ = try registry.search(queries: [[0, 0, 0, 1]], model: modelA, top: 3, temperature: 1)
        }
        registry = try await Registry.open(directory: scratch.data)
        #expect(try await registry.images(of: "Rei") == enrolled.added)
        #expect(try await registry.activeModel()?.identity == modelA)
        #expect(try registry.search(queries: [[0, 0, 0, 1]], model: modelA, top: 3, temperature: 1) == found)
    }

    /// What a killed process leaves behind: the files as they are, without a clean close.
    @Test func acknowledgedMeansStored() async throws {
        let scratch = try #require(scratch)
        let registry = try await Registry.scratch(scratch)
        #expect(try await registry.scalar("PRAGMA synchronous") == 2)
        #expect(try await registry.scalar("PRAGMA foreign_keys") == 1)
        for number in 1...5 {
            _ = try await registry.enroll(
                character: "c\(number)", images: [newImage(number, [1, 0, 0, Float(number)], bytes: 20_000)],
                model: modelA)
            let copy = scratch.path + "/copy\(number)"
            try FileManager.default.copyItem(atPath: scratch.data, toPath: copy)
            let recovered = try await Registry.open(directory: copy)
            #expect(try await recovered.counts().images == number)
            #expect(try await recovered.imageBytes(Int64(number)).count > 20_000)
            #expect(
                try await recovered.scalar("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'")
                    == 1)
            await recovered.close()
        }
        // A log that ends in the middle of a transaction: that transaction is gone, those before it are whole.
        let log = scratch.path + "/torn"
        try FileManager.default.copyItem(atPath: scratch.data, toPath: log)
        let handle = try #require(FileHandle(forWritingAtPath: log + "/aniwho.db-wal"))
        try handle.truncate(atOffset: try handle.seekToEnd() - 9000)
        try handle.close()
        let torn = try await Registry.open(directory: log)
        #expect(
            try await torn.counts()
                == RegistryCounts(characters: 4, images: 4, models: 1, classifiers: 0, prototypes: 4))
        await torn.close()
    }

    @Test func fullDiskLeavesNothingHalfWritten() async throws {
        let scratch = try #require(scratch)
        let registry = try await Registry.scratch(scratch)
        _ = try await registry.enroll(character: "Rei", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        let before = try await registry.counts()
        let audited = try await registry.audit(limit: 100)
        let pages = try #require(try await registry.scalar("PRAGMA page_count"))
        try await registry.execute("PRAGMA max_page_count = \(pages + 4)")
        let images = (2...6).map { newImage($0, [0, 1, 0, 0], bytes: 16_000) }
        for character in ["Rei", "Asuka"] {
            let error = await #expect(throws: RegistryError.self) {
                _ = try await registry.enroll(character: character, images: images, model: modelA)
            }
            #expect(error?.code == .storageFull)
            #expect(error?.sqliteCode == SQLITE_FULL && error?.sql?.hasPrefix("INSERT") == true)
        }
        #expect(try await registry.counts() == before)
        #expect(try await registry.audit(limit: 100) == audited)
        // Space again: the same request goes through.
        try await registry.execute("PRAGMA max_page_count = 1000000")
        #expect(try await registry.enroll(character: "Rei", images: images, model: modelA).added.count == 5)
    }

    @Test func twoOpensRefuse() async throws {
        let scratch = try #require(scratch)
        let registry = try await Registry.scratch(scratch)
        let error = await #expect(throws: RegistryError.self) { _ = try await Registry.open(directory: scratch.data) }
        #expect(error?.reason == .databaseLocked)
        #expect(error?.message.contains(scratch.data) == true)
        await registry.close()
        await (try Registry.open(directory: scratch.data)).close()
    }

    @Test func refusesForeignAndDamagedFiles() async throws {
        let scratch = try #require(scratch)
        try FileManager.default.createDirectory(atPath: scratch.data, withIntermediateDirectories: true)
        try Data(repeating: 0x41, count: 9000).write(to: URL(filePath: scratch.databaseFile))
        await expect(.storageCorrupt) { _ = try await Registry.open(directory: scratch.data) }
        #expect(try Data(contentsOf: URL(filePath: scratch.databaseFile)) == Data(repeating: 0x41, count: 9000))

        try FileManager.default.removeItem(atPath: scratch.data)
        await (try Registry.open(directory: scratch.data)).close()
        try Connection(path: scratch.databaseFile).execute("PRAGMA application_id = 42")
        await expect(.storageCorrupt) { _ = try await Registry.open(directory: scratch.data) }
        // An empty file, as a crash right after its creation leaves it, becomes a registry.
        try FileManager.default.removeItem(atPath: scratch.data)
        try FileManager.default.createDirectory(atPath: scratch.data, withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: scratch.databaseFile))
        await (try Registry.open(directory: scratch.data)).close()
    }

    @Test func newerDatabaseIsRefusedUntouched() async throws {
        let scratch = try #require(scratch)
        let newer = embeddedMigrations + [(name: "0999_future", sql: "SELECT 1")]
        let renumbered = newer.enumerated().map { index, migration in
            let number = String(index + 1)
            let name = String(repeating: "0", count: 4 - number.count) + number + migration.name.dropFirst(4)
            return (name: name, sql: migration.sql)
        }
        await
            (try Registry.open(
                directory: scratch.data, place: DatabasePlace(nil, directory: scratch.data),
                migrations: Migration.sequence(renumbered))).close()
        await expect(.databaseNewer) { _ = try await Registry.open(directory: scratch.data) }
        await
            (try Registry.open(
                directory: scratch.data, place: DatabasePlace(nil, directory: scratch.data),
                migrations: Migration.sequence(renumbered))).close()
    }

    @Test func keepsPicturesPrivate() async throws {
        let scratch = try #require(scratch)
        let registry = try await Registry.scratch(scratch)
        for (path, mode) in [
            (scratch.data, 0o700), (scratch.databaseFile, 0o600), (scratch.databaseFile + "-wal", 0o600),
        ] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == mode, "\(path)")
        }
        await registry.close()
    }
}

/// A process killed in the middle of enrolling.
@Suite(.onFiles) struct KilledProcessTests {
    @Test func keepsEveryAcknowledgedImage() async throws {
        let scratch = try ScratchDirectory()
        let acknowledged = scratch.path + "/acknowledged"
        let registry = try await Registry.scratch(scratch)
        await registry.close()
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [data = scratch.data as String, acknowledged = acknowledged as String] in
            let registry = try await Registry.open(directory: data)
            let reached = Mutex(0)
            // Kills from another thread, at no particular point of the next enrollment.
            Thread.detachNewThread {
                while reached.withLock({ $0 }) < 25 { usleep(50) }
                usleep(300)
                kill(getpid(), SIGKILL)
            }
            try Data().write(to: URL(filePath: acknowledged))
            let log = try #require(FileHandle(forWritingAtPath: acknowledged))
            for number in 1...1_000_000 {
                let image = newImage(number, [Float(number), 0, 0, 1], bytes: 50_000)
                let enrolled = try await registry.enroll(character: "c\(number % 3)", images: [image], model: modelA)
                try log.write(contentsOf: Data("\(enrolled.added[0].id)\n".utf8))
                reached.withLock { $0 = number }
            }
        }
        let identifiers = try String(contentsOfFile: acknowledged, encoding: .utf8).split(separator: "\n").map {
            Int64($0)
        }
        #expect(identifiers.count >= 25)
        let recovered = try await Registry.open(directory: scratch.data)
        for identifier in identifiers {
            let id = try #require(identifier)
            #expect(try await recovered.imageBytes(id) == newImage(Int(id), [], bytes: 50_000).bytes)
        }
        // At most the enrollment that was running is stored without having been acknowledged, and then it is whole.
        let counts = try await recovered.counts()
        #expect(counts.images == identifiers.count || counts.images == identifiers.count + 1)
        for name in ["c0", "c1", "c2"] {
            let before = try await recovered.storedPrototype(of: name)
            #expect(try #require(before).count == (try await recovered.character(named: name)).images)
            _ = try await recovered.rebuildPrototypes(character: name)
            #expect(try await recovered.storedPrototype(of: name) == before)
        }
        #expect(try await recovered.scalar("SELECT count(*) FROM pragma_foreign_key_check") == 0)
        await recovered.close()
    }
}
