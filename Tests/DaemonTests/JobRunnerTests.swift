import API
import Embedding
import Foundation
import Registry
import Testing

@testable import Daemon

/// Jobs from their start to their model, with a program that trains nothing.
@Suite(.serialized) struct JobRunnerTests {
    @Test func `a job's model is in the registry, its events are kept`() async throws {
        let scratch = try await JobScratch()
        let runner = scratch.runner()
        let id = try await Registry.$author.withValue("uid 7") { try await scratch.add(runner, name: "Mine") }
        await runner.start()
        let job = try await scratch.ended(id)
        let model = try await scratch.registry.model(named: "Mine")
        #expect(job.state == .finished && job.model == model.identity && model.dimensions > 0)
        #expect(job.progress?["event"]?.string == "finish")
        let lines = scratch.events(id).split(separator: "\n")
        #expect(lines.count == 7 && lines[0].contains("\"launch\"") && lines[1].contains("\"niceness\":19"))
        let author = try await scratch.registry.audit(limit: 9).reversed().map { "\($0.action) \($0.who)" }
        #expect(author == ["job.create uid 7", "job.start job 1", "model.import job 1", "job.finish job 1"])
        await runner.stop()
    }

    @Test func `one runs at a time, oldest first`() async throws {
        let scratch = try await JobScratch()
        let runner = scratch.runner()
        await runner.start()
        let first = try await scratch.add(runner, "--steps", "1000", "--pause", "0.02")
        let second = try await scratch.add(runner)
        try await scratch.waitForEvent(first, "\"step\":2")
        #expect(try await scratch.registry.job(second).state == .queued)
        #expect(try await runner.cancel(first).state == .cancelled)
        #expect(try await scratch.ended(second).state == .finished)
        // It stopped with a checkpoint, and not in the middle of the other.
        #expect(scratch.folder(first).canGoOn(.metaTrain) && !scratch.events(first).contains("\"step\":1000"))
        await #expect(throws: RegistryError.self) { try await runner.cancel(second) }
        await runner.stop()
    }

    @Test func `what waits can be cancelled, and never runs`() async throws {
        let scratch = try await JobScratch()
        let runner = scratch.runner()
        let id = try await scratch.add(runner)
        let events = try await runner.events(of: id).reader()
        #expect(events.next(maximum: 100) == .notYet)
        _ = try await runner.cancel(id)
        guard case .bytes(let end) = events.next(maximum: 1000) else { Issue.record("no last line"); return }
        #expect(try JSON.decode(JobEnd.self, from: end).state == .cancelled)
        #expect(events.next(maximum: 1000) == .end)
        await runner.start()
        #expect(try await scratch.ended(try await scratch.add(runner)).state == .finished)
        #expect(scratch.events(id).isEmpty)
        await runner.stop()
    }

    @Test func `a program that does not stop is killed`() async throws {
        let scratch = try await JobScratch()
        let runner = scratch.runner(grace: .milliseconds(100))
        await runner.start()
        let id = try await scratch.add(runner, "--stubborn", "--steps", "100000", "--pause", "0.01")
        try await scratch.waitForEvent(id, "\"step\":2")
        _ = try await runner.cancel(id)
        #expect(try await scratch.ended(try await scratch.add(runner)).state == .finished)
        #expect(try await scratch.registry.job(id).state == .cancelled)
        await runner.stop()
    }

    @Test(arguments: [
        (["--fail", "class “初音” has 3 images, 15 are needed"], "class “初音” has 3 images, 15 are needed"),
        (["--die"], "perhaps the machine ran out of memory"), (["--colour", "red"], "unknown option --colour"),
        (["--model", "/dev/null"], "cannot be imported"),
    ]) func `why a job failed is told`(options: [String], reason: String) async throws {
        let scratch = try await JobScratch()
        let runner = scratch.runner()
        await runner.start()
        let id = try await runner.add(.init(kind: .pretrain, arguments: options)).id
        let job = try await scratch.ended(id)
        #expect(job.state == .failed && job.error?.contains(reason) == true, "\(job.error ?? "")")
        #expect(try await scratch.registry.models().isEmpty)
        // The next one is not disturbed.
        #expect(try await scratch.ended(try await scratch.add(runner)).state == .finished)
        await runner.stop()
    }

    @Test func `a program that is not there, or leaves no model`() async throws {
        let scratch = try await JobScratch()
        let none = scratch.runner(program: scratch.path + "/nowhere")
        await none.start()
        let job = try await scratch.ended(try await scratch.add(none))
        #expect(job.state == .failed && job.error?.contains("nowhere: No such file") == true)
        await none.stop()
        let runner = scratch.runner()
        await runner.start()
        let bare = try await scratch.ended(try await runner.add(.init(kind: .pretrain, arguments: [])).id)
        #expect(bare.state == .failed && bare.error?.contains("ended without a model") == true)
        await runner.stop()
    }

    @Test func `a name taken meanwhile fails the job, and keeps its model`() async throws {
        let scratch = try await JobScratch()
        let runner = scratch.runner()
        await runner.start()
        let id = try await scratch.add(runner, name: "N", "--steps", "20", "--pause", "0.02")
        try await scratch.waitForEvent(id, "\"step\":1")
        _ = try await scratch.registry.importModel(
            identity: String(repeating: "a", count: 64), name: "N", architecture: "x", dimensions: 1, metadata: "{}",
            bytes: Data())
        let job = try await scratch.ended(id)
        #expect(job.state == .failed && job.error?.contains("a model of this name exists") == true)
        #expect(job.error?.contains(scratch.folder(id).model) == true)
        #expect(FileManager.default.fileExists(atPath: scratch.folder(id).model))
        await runner.stop()
    }

    @Test func `old jobs are removed with their folders, their models stay`() async throws {
        let scratch = try await JobScratch()
        let runner = scratch.runner()
        await runner.start()
        let finished = try await scratch.ended(try await scratch.add(runner, name: "Mine"))
        let running = try await scratch.add(runner, "--steps", "1000", "--pause", "0.02")
        try await scratch.waitForEvent(running, "\"step\":2")
        #expect(try await runner.prune(endedBy: .now - 3600) == .init(removed: 0, bytes: 0))
        #expect(FileManager.default.fileExists(atPath: finished.folder))

        let size = scratch.folder(finished.id).bytes
        #expect(size > Int64(scratch.events(finished.id).utf8.count))
        #expect(try await runner.prune(endedBy: .now + 1) == .init(removed: 1, bytes: size))
        #expect(!FileManager.default.fileExists(atPath: finished.folder))
        #expect(try await scratch.registry.jobs().map(\.id) == [running])
        #expect(try await scratch.registry.model(named: "Mine").identity == finished.model)
        #expect(try await scratch.registry.audit(limit: 1).map(\.action) == ["job.remove"])
        await #expect(throws: RegistryError.self) { try await runner.events(of: finished.id) }
        // The running one was not disturbed.
        #expect(try await runner.cancel(running).state == .cancelled)
        await runner.stop()
    }

    /// A daemon that is killed while it removes a job leaves the row, and the next pruning takes it.
    @Test func `a job whose folder is gone is removed too`() async throws {
        let scratch = try await JobScratch()
        let runner = scratch.runner()
        let id = try await scratch.add(runner)
        _ = try await runner.cancel(id)
        try scratch.folder(id).make()
        try scratch.folder(id).clear()
        #expect(try await scratch.registry.job(id).state == .cancelled)
        #expect(try await runner.prune(endedBy: .now + 1) == .init(removed: 1, bytes: 0))
        #expect(try await scratch.registry.jobs().isEmpty)
    }
}
