import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// What the registry forgets, and how it finds it.
@Suite struct RetentionTests {
    let scratch = try? ScratchDirectory()

    @Test(.onFiles) func `the log of changes is read by its indexes`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        let since = try await registry.plan(of: AuditEntry.latestSince, values: 3)
        #expect(since.contains { $0.contains("INDEX audit_by_time (at>?)") }, "\(since)")
        #expect(since.contains { $0.contains("USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)") }, "\(since)")
        let latest = try await registry.plan(of: AuditEntry.latest, values: 2)
        #expect(latest == ["SEARCH audit USING INTEGER PRIMARY KEY (rowid<?)"])
        let backup = try await registry.plan(of: AuditEntry.lastBackup, values: 0)
        #expect(backup == ["SEARCH audit USING INDEX audit_by_action (action=?)"])
    }

    @Test func `a clock that was set back hides no entry`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        for (id, at) in [(101, 5_000_000_000_000), (102, 1_000), (103, 5_000_000_001_000), (104, 2_000)] {
            try await registry.execute("INSERT INTO audit VALUES (\(id), \(at), 'uid 0', 'tag.add', 'x', '{}')")
        }
        let since = Date(timeIntervalSince1970: 5_000_000_000)
        #expect(try await registry.audit(limit: 9, since: since).map(\.id) == [103, 101])
        #expect(try await registry.audit(limit: 9, since: since, before: 103).map(\.id) == [101])
        #expect(try await registry.audit(limit: 9, since: since + 2).isEmpty)
    }

    @Test func `old entries go, and the last of each action stays`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        try await registry.recordBackup(file: "/a", bytes: 1)
        try await registry.recordBackup(file: "/b", bytes: 1)
        for number in 0..<20 { try await registry.setSetting("k", "\(number)") }
        let all = try await registry.audit(limit: 100)
        #expect(try await registry.expireAudit(before: Date() - 86400) == 0)
        #expect(try await registry.audit(limit: 100) == all)
        #expect(try await registry.expireAudit(before: Date() + 60) == 20)
        let rest = try await registry.audit(limit: 100)
        #expect(rest.map(\.action) == ["audit.expire", "setting.set", "backup.write", "model.use", "model.import"])
        #expect(rest[0].detail["entries"] == .integer(20) && rest[2].subject == "/b")
        #expect(try await registry.lastBackup() != nil)
        #expect(try await registry.expireAudit(before: Date() + 60) == 0)
    }

    @Test func `models count as unused from the day on which nobody uses them`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        _ = try await registry.enroll(character: "Rei", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        for (identity, name) in [(modelB, "B"), (digest(0xC), "C")] {
            _ = try await registry.importModel(
                identity: identity, name: name, architecture: "resnet12", dimensions: 4, metadata: "{}",
                bytes: Data(name.utf8))
            try await registry.storeEmbeddings(model: identity, [(1, [0, 1, 0, 0])])
        }
        let start = Date()
        func unused(_ time: Date) async throws -> [String] { try await registry.models(unusedSince: time).map(\.name) }
        try await registry.noteUnusedModels(now: start)
        #expect(try await unused(start - 1).isEmpty)
        #expect(try await unused(start) == ["B", "C"])
        // B is tried by a job, and then used: A can be rolled back to.
        let job = try await registry.createModelChange(kind: .tryModel, name: "B")
        try await registry.noteUnusedModels(now: start + 100)
        #expect(try await unused(start + 100) == ["C"])
        #expect(try await registry.expireVectors(model: modelB) == 0)
        _ = try await registry.startJob(job.id)
        _ = try await registry.finishJob(job.id, model: modelB)
        _ = try await registry.activateModel(identity: modelB)
        try await registry.noteUnusedModels(now: start + 200)
        #expect(try await unused(start + 300) == ["C"])
        #expect(try await registry.expireVectors(model: modelA) == 0)
        // C's vectors went with the change of the model; of B and A they stay.
        try await registry.storeEmbeddings(model: digest(0xC), [(1, [0, 1, 0, 0])])
        #expect(try await registry.expireVectors(model: digest(0xC)) == 1)
        #expect(try await registry.audit(limit: 1)[0].action == "embeddings.expire")
        // Tried again long after, C counts from the end of that job.
        let again = try await registry.createModelChange(kind: .tryModel, name: "C")
        _ = try await registry.cancelJob(again.id)
        try await registry.execute("UPDATE jobs SET ended_at = ended_at + 1000000000 WHERE name = 'C'")
        try await registry.noteUnusedModels(now: start + 300)
        #expect(try await unused(start + 900_000).isEmpty)
        #expect(try await unused(start + 1_100_000) == ["C"])
    }
}

extension Registry {
    /// How SQLite would run a statement, a line a step.
    fileprivate func plan(of sql: String, values: Int) throws -> [String] {
        try database().all("EXPLAIN QUERY PLAN " + sql, Array(repeating: .null, count: values)) { $0.text(3) }
    }
}
