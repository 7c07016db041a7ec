import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// Jobs as the registry keeps them.
@Suite struct JobStoreTests {
    let scratch = try? ScratchDirectory()

    private func open() async throws -> Registry { try await .scratch(try #require(scratch)) }

    @Test func `a job is as it was asked for, also after a restart`() async throws {
        let registry = try await open()
        let arguments = ["--data", "/a b/\"初音\"\\", "--way", "5", "--note", "line\nbreak"]
        let job = try await registry.createJob(kind: .metaTrain, name: "Mine", arguments: arguments)
        #expect(job.kind == .metaTrain && job.name == "Mine" && job.arguments == arguments && job.state == .queued)
        #expect(
            job.startedAt == nil && job.endedAt == nil && job.progress == nil && job.error == nil && job.model == nil)
        _ = try await registry.startJob(job.id)
        try await registry.recordProgress(job.id, #"{"event":"progress","step":7}"#)
        await registry.close()
        let again = try await Registry.open(
            directory: try #require(scratch).data, database: try TestDatabase.address(for: try #require(scratch).data))
        let kept = try await again.job(job.id)
        #expect(kept.state == .running && kept.startedAt != nil && kept.arguments == arguments)
        #expect(kept.progress == .object(["event": .string("progress"), "step": .integer(7)]))
        #expect(kept.folder == scratch?.data.appending("/jobs/1"))
        #expect(try await again.nextJob(of: [.metaTrain, .pretrain]) == kept)
        #expect(try await again.jobs() == [kept])
        await again.close()
    }

    @Test func `what was interrupted comes first, then what has waited longest`() async throws {
        let registry = try await open()
        #expect(try await registry.nextJob(of: [.metaTrain, .pretrain]) == nil)
        for _ in 1...3 { _ = try await registry.createJob(kind: .pretrain, name: nil, arguments: []) }
        #expect(try await registry.jobs().map(\.name) == ["pretrain-1", "pretrain-2", "pretrain-3"])
        #expect(try await registry.nextJob(of: [.metaTrain, .pretrain])?.id == 1)
        _ = try await registry.startJob(2)
        #expect(try await registry.nextJob(of: [.metaTrain, .pretrain])?.id == 2)
        _ = try await registry.finishJob(2, model: modelB)
        _ = try await registry.cancelJob(1)
        #expect(try await registry.nextJob(of: [.metaTrain, .pretrain])?.id == 3)
    }

    @Test func `a name that is taken is refused at once, and is free again after a failure`() async throws {
        let registry = try await open()
        func create(_ name: String?) async throws -> Job {
            try await registry.createJob(kind: .pretrain, name: name, arguments: [])
        }
        await expect(.modelExists) { _ = try await create("A") }
        await expect(.invalidName) { _ = try await create("a\u{7}") }
        let first = try await create("N")
        await expect(.modelExists) { _ = try await create(" N ") }
        _ = try await registry.failJob(first.id, error: "why")
        #expect(try await create("N").id == 2)
        // A name made of the number can be taken as well.
        _ = try await create("pretrain-4")
        await expect(.modelExists) { _ = try await create(nil) }
        #expect(try await registry.jobs().count == 3)
    }

    @Test func `a job ends once`() async throws {
        let registry = try await open()
        for _ in 1...3 { _ = try await registry.createJob(kind: .pretrain, name: nil, arguments: []) }
        _ = try await registry.startJob(1)
        let finished = try await registry.finishJob(1, model: modelB)
        #expect(finished.state == .finished && finished.model == modelB && finished.endedAt != nil)
        let failed = try await registry.failJob(2, error: "the disk is full")
        #expect(failed.state == .failed && failed.error == "the disk is full" && failed.startedAt == nil)
        #expect(try await registry.cancelJob(3).state == .cancelled)
        for id in Int64(1)...3 {
            let before = try await registry.job(id)
            await expect(.jobEnded) { _ = try await registry.startJob(id) }
            await expect(.jobEnded) { _ = try await registry.finishJob(id, model: modelA) }
            await expect(.jobEnded) { _ = try await registry.failJob(id, error: "x") }
            await expect(.jobEnded) { _ = try await registry.cancelJob(id) }
            try await registry.recordProgress(id, "{}")
            #expect(try await registry.job(id) == before)
        }
        await expect(.jobNotFound) { _ = try await registry.job(4) }
        await expect(.jobNotFound) { _ = try await registry.cancelJob(4) }
    }

    @Test func `every change is audited with its author, progress is not`() async throws {
        let registry = try await open()
        let start = try await registry.audit(limit: 99).count
        _ = try await Registry.$author.withValue("uid 7") {
            try await registry.createJob(kind: .pretrain, name: "N\"", arguments: ["--data", "/x"])
        }
        _ = try await registry.startJob(1)
        // Resumed after a restart.
        let resumed = try await registry.startJob(1).job
        #expect(resumed.startedAt == (try await registry.job(1)).startedAt)
        try await registry.recordProgress(1, "{}")
        _ = try await registry.cancelJob(1)
        let log = try await registry.audit(limit: 99).dropLast(start).reversed()
        #expect(log.map(\.action) == ["job.create", "job.start", "job.start", "job.cancel"])
        #expect(log.map(\.who) == ["uid 7", "aniwhod", "aniwhod", "aniwhod"])
        #expect(log.allSatisfy { $0.subject == "1" })
        #expect(log.last?.detail == ["from": "running"])
        #expect(log.first?.detail["name"] == "N\"")
    }

    @Test(.onFiles) func `a full disk queues nothing`() async throws {
        let registry = try await open()
        try await registry.execute("PRAGMA max_page_count = 1")
        let large = [String](repeating: String(repeating: "x", count: 1000), count: 100)
        await expect(.storageFull) { _ = try await registry.createJob(kind: .pretrain, name: nil, arguments: large) }
        #expect(try await registry.jobs().isEmpty)
    }

    @Test func `jobs that ended are removed, what they made and the others stay`() async throws {
        let registry = try await open()
        for _ in 1...5 { _ = try await registry.createJob(kind: .pretrain, name: nil, arguments: []) }
        _ = try await registry.startJob(1)
        _ = try await registry.finishJob(1, model: modelA)
        _ = try await registry.failJob(2, error: "why")
        _ = try await registry.cancelJob(3)
        _ = try await registry.startJob(4)
        #expect(try await registry.jobs(endedBy: .now - 3600).isEmpty)
        #expect(try await registry.jobs(endedBy: .now + 1).map(\.id) == [1, 2, 3])
        for id in Int64(1)...3 {
            #expect(try await Registry.$author.withValue("uid 7") { try await registry.removeJob(id) })
        }
        for id in Int64(1)...6 { #expect(try await !registry.removeJob(id)) }
        #expect(try await registry.jobs().map(\.id) == [4, 5])
        #expect(try await registry.models().map(\.identity).contains(modelA))
        let log = try await registry.audit(limit: 3).reversed()
        #expect(
            log.map(\.action) == ["job.remove", "job.remove", "job.remove"] && log.map(\.subject) == ["1", "2", "3"])
        #expect(log.allSatisfy { $0.who == "uid 7" })
        // No number is given twice: a folder or an audit row may remember it.
        #expect(try await registry.createJob(kind: .pretrain, name: nil, arguments: []).id == 6)
    }

    /// As another version may have left them.
    @Test func `a job of an unknown kind is listed and never run`() async throws {
        let registry = try await open()
        try await registry.execute(
            """
            INSERT INTO jobs (kind, name, arguments, state, created_at) VALUES ('distill', 'N', '[]', 'queued', 1000)
            """)
        let job = try #require(try await registry.jobs().first)
        #expect(job.kind == .other("distill") && job.kind.rawValue == "distill" && !job.kind.isKnown)
        #expect(job.createdAt == Date(timeIntervalSince1970: 1) && job.warnings.isEmpty && !job.fromRegistry)
        #expect(try await registry.nextJob(of: JobKind.allCases) == nil)
        #expect(try await registry.cancelJob(job.id).state == .cancelled)
        #expect(try await registry.removeJob(job.id))
    }

    @Test func `a job whose row is damaged is named`() async throws {
        let registry = try await open()
        _ = try await registry.createJob(kind: .pretrain, name: nil, arguments: [])
        for change in ["arguments = 'x'", "arguments = '[]', warnings = '{}'", "warnings = '[]', progress = '{'"] {
            try await registry.execute("UPDATE jobs SET \(change)")
            await expect(.storageCorrupt) { _ = try await registry.jobs() }
        }
    }

    /// A change of the model makes nothing, so a classifier may get the model's name meanwhile.
    @Test func `a model is used while a classifier of its name is made`() async throws {
        let registry = try await open()
        let training = try await registry.createJob(kind: .transferTrain, name: "A", arguments: [])
        let change = try await registry.createModelChange(kind: .useModel, name: "A")
        #expect(change.name == training.name && change.id != training.id)
        _ = try await registry.cancelJob(training.id)
        // In the other order, too.
        let again = try await registry.createJob(kind: .transferTrain, name: "A", arguments: [])
        await expect(.classifierExists) {
            _ = try await registry.createJob(kind: .transferTrain, name: "A", arguments: [])
        }
        #expect(try await registry.jobs().filter { !$0.state.hasEnded }.map(\.id) == [change.id, again.id])
    }
}
