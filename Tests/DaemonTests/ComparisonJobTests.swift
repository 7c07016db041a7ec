import API
import Foundation
import Registry
import Testing

@testable import Daemon

/// Comparisons of networks as jobs, with a program that compares nothing, and their reports.
@Suite(.serialized) struct ComparisonJobTests {
    private func begin(_ runner: JobRunner, _ options: String...) async throws -> Job {
        try await runner.add(.init(kind: .compare, arguments: options))
    }

    @Test func `a comparison makes a report and no model, and goes on after a restart`() async throws {
        let scratch = try await JobScratch()
        let first = scratch.runner()
        await first.start()
        let job = try await begin(first, "--data", "/nowhere", "--steps", "4", "--hold-at", "2")
        #expect(job.name == "compare-1")
        try await scratch.waitForEvent(job.id, "\"step\":2,")
        await first.stop()
        #expect(try await scratch.registry.job(job.id).state == .running)
        let second = scratch.runner()
        await second.start()
        let ended = try await scratch.ended(job.id)
        await second.stop()
        #expect(ended.state == .finished && ended.model == nil && ended.result == nil, "\(ended.error ?? "")")
        let events = scratch.events(job.id)
        #expect(events.contains("\"resumed\":true") && events.components(separatedBy: "\"step\":1,").count == 2)
        #expect(FileManager.default.fileExists(atPath: scratch.folder(job.id).report))
        #expect(try await scratch.registry.models().isEmpty)
        #expect(try await scratch.registry.classifiers().isEmpty)
    }

    /// Two heavy children at a time would slow each other down.
    @Test func `comparisons wait for trainings`() async throws {
        let scratch = try await JobScratch()
        let runner = scratch.runner()
        await runner.start()
        let training = try await scratch.add(runner, "--steps", "2", "--hold-at", "1")
        let comparison = try await begin(runner)
        try await scratch.waitForEvent(training, "\"step\":1,")
        #expect(try await scratch.registry.job(comparison.id).state == .queued)
        _ = try await runner.cancel(training)
        #expect(try await scratch.ended(comparison.id).state == .finished)
        await runner.stop()
    }

    @Test func `a comparison that fails says why, and one that is cancelled ends`() async throws {
        let scratch = try await JobScratch()
        let runner = scratch.runner()
        await runner.start()
        let failed = try await scratch.ended(try await begin(runner, "--fail", "2 runs failed: a, b").id)
        #expect(failed.state == .failed && failed.error == "2 runs failed: a, b" && failed.errorCode == nil)
        let held = try await begin(runner, "--hold-at", "1")
        try await scratch.waitForEvent(held.id, "\"step\":1,")
        #expect(try await runner.cancel(held.id).state == .cancelled)
        await runner.stop()
        #expect(try await scratch.registry.job(held.id).state == .cancelled)
    }

    @Test func `the report is served with its tag and without rights`() async throws {
        let fixture = try await DaemonFixture()
        let services = fixture.services
        let job = try await services.jobs.add(.init(kind: .compare, arguments: []))
        let folder = services.jobs.folder(of: job.id)
        try FileManager.default.createDirectory(atPath: folder.run, withIntermediateDirectories: true)
        try Data("<!doctype html>".utf8).write(to: URL(filePath: folder.report))
        let page = try await FetchReport.answer(.init(id: job.id), services)
        let message = try FetchReport.encode(page)
        #expect(message.contentType == "text/html; charset=utf-8" && message.body == Data("<!doctype html>".utf8))
        let policy = try #require(message.headers["Content-Security-Policy"])
        for part in ["default-src 'none'", "frame-ancestors 'self'", "sandbox allow-scripts", "form-action 'none'"] {
            #expect(policy.contains(part), "\(policy)")
        }
        #expect(!policy.contains("connect-src") && !policy.contains("allow-same-origin"))
        #expect(try FetchReport.decode(message) == page)
        let known = RequestHead(
            method: "GET", target: "/", contentType: "", hasBody: false, origin: .user(0), knownTag: page.tag)
        #expect(Answer.message(message).fitting(known, isFile: true).status == 304)
        try Data("<!doctype html>2".utf8).write(to: URL(filePath: folder.report))
        #expect(try await FetchReport.answer(.init(id: job.id), services).tag != page.tag)
    }

    @Test func `without a report the answer says why, and what to do`() async throws {
        let fixture = try await DaemonFixture()
        let (services, registry) = (fixture.services, fixture.registry)
        func refusal(_ id: Int64) async throws -> String {
            let error = await #expect(throws: APIError.self) { try await FetchReport.answer(.init(id: id), services) }
            #expect(error?.code == .reportNotFound && error?.code.status == 404)
            return error?.message ?? ""
        }
        let id = try await services.jobs.add(.init(kind: .compare, arguments: [])).id
        #expect(try await refusal(id).contains("yet: it waits for the jobs before it"))
        _ = try await registry.startJob(id)
        #expect(try await refusal(id).contains("yet: the command writes it when it has read"))
        _ = try await registry.failJob(id, error: "no data")
        #expect(try await refusal(id).contains("because it ended before its first run: no data; mend the cause"))
        let training = try await services.jobs.add(.init(kind: .pretrain, arguments: [])).id
        #expect(
            try await refusal(training).contains("only comparisons have one; begin one with: aniwho jobs start compare")
        )
        await #expect(throws: RegistryError.self) { try await FetchReport.answer(.init(id: 9), services) }
    }

    /// The page names models, and never a path.
    @Test func `who is not on the socket may name models, and no file`() async throws {
        let fixture = try await DaemonFixture()
        defer { withExtendedLifetime(fixture) {} }
        let services = fixture.services
        func start(_ models: String) async throws -> Job {
            try await services.asked(by: .session(1, user: 0, .operator)) {
                try await StartJob.answer(.init(kind: .compare, arguments: ["--models", models]), services)
            }
        }
        #expect(try await start("mobilenetv2=mobilenetv2,resnet12").state == .queued)
        let error = await #expect(throws: APIError.self) { try await start("mobilenetv2=/etc/passwd") }
        #expect(error?.code == .forbidden && error?.message.contains("the path --models") == true)
    }
}
