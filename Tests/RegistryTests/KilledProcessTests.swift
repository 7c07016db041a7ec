import API
import Foundation
import Synchronization
import Testing

@testable import Registry

/// A process killed in the middle of enrolling.
@Suite struct KilledProcessTests {
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
