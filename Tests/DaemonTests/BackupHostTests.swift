import API
import Foundation
import Registry
import TestSupport
import Testing

@testable import Daemon

/// Backups as the daemon writes them.
@Suite struct BackupHostTests {
    private func events(_ feed: WorkFeed) async throws -> [Told<WrittenBackup>] {
        try await feed.told()
    }

    @Test(.onFiles) func `it tells how far it is and how it ended`() async throws {
        let fixture = try await DaemonFixture()
        let file = fixture.path + "/b"
        let feed = try await Registry.$author.withValue("uid 7") {
            try await fixture.services.backups.start(.init(file: file))
        }
        let told = try await events(feed)
        guard case .end(let backup)? = told.last else { throw APIError(.internal, "\(told)") }
        #expect(backup.file == file && backup.bytes > 0 && told.count >= 2)
        let row = try #require(try await fixture.registry.audit(limit: 1).first)
        #expect(row.action == "backup.write" && row.who == "uid 7" && row.subject == file)
        await #expect(throws: RegistryError.self) { try await fixture.services.backups.start(.init(file: file)) }
        #expect(try await events(fixture.services.backups.start(.init(file: file, replace: true))).count >= 2)
    }

    /// When the registry's own disk is full, a backup elsewhere is wanted most.
    @Test(.onFiles) func `a log that cannot be written spoils no backup`() async throws {
        let fixture = try await DaemonFixture()
        await fixture.registry.close()
        let file = fixture.path + "/b"
        let told = try await events(fixture.services.backups.start(.init(file: file)))
        guard case .end? = told.last else { throw APIError(.internal, "\(told)") }
        #expect(FileManager.default.fileExists(atPath: file))
    }

    @Test(.onFiles) func `a daemon that stops begins none`() async throws {
        let fixture = try await DaemonFixture()
        let file = fixture.path + "/b"
        fixture.services.backups.stop()
        let error = await #expect(throws: APIError.self) {
            try await fixture.services.backups.start(.init(file: file))
        }
        #expect(error?.code == .notReady)
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test(.disabled(if: TestDatabase.isFile)) func `a registry in PostgreSQL is backed up by other means`() async throws
    {
        let fixture = try await DaemonFixture()
        let error = await #expect(throws: RegistryError.self) {
            _ = try await WriteBackup.answer(.init(file: fixture.path + "/b"), fixture.services)
        }
        #expect(error?.code == .badRequest && error?.message.contains("pg_dump") == true)
        #expect(try await fixture.registry.jobs().isEmpty)
    }

    @Test func `progress is a line of a job's events`() throws {
        let line = try JSON.encode(WorkProgress(step: "copying", done: 1, total: 2).line)
        #expect(String(decoding: line, as: UTF8.self) == #"{"done":1,"event":"progress","step":"copying","total":2}"#)
    }
}
