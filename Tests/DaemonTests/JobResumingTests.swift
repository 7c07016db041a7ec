import API
import Embedding
import Foundation
import Registry
import Testing

@testable import Daemon

/// Jobs over the end of one daemon and the start of the next.
@Suite(.serialized) struct JobResumingTests {
    /// Runs a job in one runner until it has told something, and gives it to a second.
    private func interrupt(_ scratch: JobScratch, at text: String, _ options: [String]) async throws -> Job {
        let first = scratch.runner()
        await first.start()
        let id = try await first.add(
            .init(kind: .metaTrain, name: "N", arguments: ["--model", scratch.model] + options)
        ).id
        try await scratch.waitForEvent(id, text)
        let watched = try await first.events(of: id).reader()
        await first.stop()
        #expect(try await scratch.registry.job(id).state == .running)
        var (seen, chunk) = (Data(), watched.next(maximum: 1 << 20))
        while case .bytes(let bytes) = chunk { (seen, chunk) = (seen + bytes, watched.next(maximum: 1 << 20)) }
        #expect(chunk == .end && String(decoding: seen, as: UTF8.self).hasSuffix("\"state\":\"running\"}\n"))
        let second = scratch.runner()
        await second.start()
        let job = try await scratch.ended(id)
        await second.stop()
        return job
    }

    @Test func `an interrupted job goes on from its checkpoint`() async throws {
        let scratch = try await JobScratch()
        let job = try await interrupt(scratch, at: "\"step\":3,", ["--steps", "15", "--hold-at", "3"])
        #expect(job.state == .finished)
        let events = scratch.events(job.id)
        for step in 1...15 { #expect(events.components(separatedBy: "\"step\":\(step),").count == 2, "\(step)") }
        #expect(events.contains("\"resumed\":true") && events.components(separatedBy: "\"launch\"").count == 3)
        #expect(try await scratch.registry.model(named: "N").identity == job.model)
    }

    @Test func `without a checkpoint it starts anew`() async throws {
        let scratch = try await JobScratch()
        let job = try await interrupt(
            scratch, at: "\"step\":2,", ["--steps", "10", "--checkpoint-from", "100", "--hold-at", "2"])
        #expect(job.state == .finished)
        let events = scratch.events(job.id)
        #expect(!events.contains("\"resumed\":true") && events.components(separatedBy: "\"step\":1,").count == 3)
    }

    /// The daemon was killed between the end of the training and the end of the job.
    @Test(arguments: [false, true]) func `a training that was seen to end is not run again`(isImported: Bool)
        async throws
    {
        let scratch = try await JobScratch()
        let runner = scratch.runner(program: "/nowhere")
        let id = try await scratch.add(runner, name: "N")
        _ = try await scratch.registry.startJob(id)
        let folder = scratch.folder(id)
        try FileManager.default.createDirectory(atPath: folder.run, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: scratch.model, toPath: folder.model)
        try JobEvents(path: folder.events).append(Data(#"{"event":"finish"}"#.utf8))
        if isImported {
            let bytes = try Data(contentsOf: URL(filePath: scratch.model))
            _ = try await scratch.registry.importModel(
                identity: ContentHash.sha256(bytes), name: "N", architecture: "mobilenetv2", dimensions: 1280,
                metadata: "{}", bytes: bytes)
        }
        await runner.start()
        let job = try await scratch.ended(id)
        #expect(job.state == .finished && job.error == nil)
        #expect(try await scratch.registry.models().map(\.name) == ["N"])
        await runner.stop()
    }

    /// Events that cannot be written, as on a full disk, cost no training.
    @Test func `a job succeeds whose events are lost`() async throws {
        let scratch = try await JobScratch()
        let runner = scratch.runner()
        let id = try await scratch.add(runner)
        _ = try await scratch.registry.startJob(id)
        try FileManager.default.createDirectory(atPath: scratch.folder(id).events, withIntermediateDirectories: true)
        await runner.start()
        #expect(try await scratch.ended(id).state == .finished)
        await runner.stop()
    }

    /// A data directory whose database is new, and whose jobs are of the one before.
    @Test func `files of another registry's job are not taken for a run's own`() async throws {
        let scratch = try await JobScratch()
        let runner = scratch.runner()
        let folder = scratch.folder(1)
        try FileManager.default.createDirectory(atPath: folder.run, withIntermediateDirectories: true)
        try Data("9".utf8).write(to: URL(filePath: folder.run + "/last.safetensors"))
        try Data("{\"event\":\"finish\"}\n".utf8).write(to: URL(filePath: folder.events))
        #expect(try await scratch.add(runner) == 1)
        await runner.start()
        #expect(try await scratch.ended(1).state == .finished)
        #expect(scratch.events(1).contains("\"first\":1") && !scratch.events(1).contains("\"resumed\":true"))
        await runner.stop()
    }
}
