import API
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Daemon
@testable import Registry

/// Backups, bundles, calibrations and comparisons as jobs.
@Suite(.serialized) struct EnrolledWorkTests {
    private func ended(_ job: Job, _ services: Services) async throws -> Job {
        for _ in 0..<6000 {
            let now = try await services.registry.job(job.id)
            if now.endedAt != nil { return now }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw APIError(.internal, "job \(job.id) does not end")
    }

    private func outcome<E: WorkEndpoint>(_ endpoint: E.Type, _ job: Job) throws -> E.Outcome {
        try JSON.decode(E.Outcome.self, from: try JSON.encode(job.result))
    }

    @Test(.onFiles) func `each kind is done without an asker, and the job holds what it gave`() async throws {
        let fixture = try await DaemonFixture(model: ["radius": "1000"])
        let services = fixture.services
        for name in ["A", "B", "C"] { try await fixture.enroll(name, images: 3, seed: 1) }
        await services.startJobs()
        let file = fixture.path + "/b"
        let backup = try await ended(try await WriteBackup.answer(.init(file: file), services), services)
        let written = try outcome(WriteBackup.self, backup)
        #expect(backup.kind == .backUp && backup.name == "back-up-1" && backup.progress?["step"]?.string == "copying")
        let size = try #require(try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int)
        #expect(backup.state == .finished && written == WrittenBackup(file: file, bytes: size))
        let calibrated = try await ended(
            try await RunCalibration.answer(.init(falseAccept: 0.2), services), services)
        let calibration = try outcome(RunCalibration.self, calibrated)
        #expect(calibration.calibration?.allowedFalseAccepts == 0.2 && calibrated.arguments == ["false_accept=0.2"])
        #expect(calibration == services.calibrations.status(for: try await services.models.active().model))
        let compared = try await ended(try await CompareHeads.answer(EmptyRequest(), services), services)
        #expect(try outcome(CompareHeads.self, compared).characters == 3)
        let folder = fixture.path + "/bundle"
        let exported = try await ended(try await WriteBundle.answer(.init(folder: folder), services), services)
        #expect(try outcome(WriteBundle.self, exported).images == 9)
        // The fixture's pictures are none, so that the import fails, and says how.
        let imported = try await ended(
            try await ReadBundle.answer(.init(folder: fixture.path + "/nothing"), services), services)
        #expect(imported.state == .failed && imported.errorCode == "bad_bundle" && imported.error?.isEmpty == false)
        #expect(imported.result == nil)
        await services.jobs.stop()
    }

    @Test(.onFiles) func `what cannot succeed is refused before there is a job`() async throws {
        let fixture = try await DaemonFixture()
        let file = fixture.path + "/b"
        try Data("x".utf8).write(to: URL(filePath: file))
        for attempt in [
            { try await WriteBackup.answer(.init(file: file), fixture.services) },
            { try await WriteBundle.answer(.init(folder: file), fixture.services) },
        ] {
            let error = await #expect(throws: (any Error).self) { _ = try await attempt() }
            #expect(error.map { APIError(describing: $0).code } == .targetExists)
        }
        #expect(try await fixture.registry.jobs().isEmpty)
    }

    @Test func `equal work that has not ended is one job`() async throws {
        let fixture = try await DaemonFixture()
        defer { withExtendedLifetime(fixture) {} }
        let services = fixture.services
        let first = try await RunCalibration.answer(.init(falseAccept: 0.1), services)
        #expect(try await RunCalibration.answer(.init(falseAccept: 0.1), services) == first)
        #expect(try await RunCalibration.answer(.init(falseAccept: 0.2), services).id == 2)
        _ = try await services.jobs.cancel(1)
        #expect(try await RunCalibration.answer(.init(falseAccept: 0.1), services).id == 3)
    }

    @Test func `work that runs can be cancelled, and its queue goes on`() async throws {
        let fixture = try await DaemonFixture(model: ["radius": "1000"])
        let services = fixture.services
        for name in ["A", "B", "C"] { try await fixture.enroll(name, images: 3, seed: 1) }
        // The comparison waits for its turn behind this.
        let mayEnd = Atomic<Bool>(false)
        let held = Task {
            try await services.comparisons("held") { _ in
                while !mayEnd.load(ordering: .acquiring) { try await Task.sleep(for: .milliseconds(2)) }
                return 7
            }
        }
        await services.startJobs()
        let job = try await CompareHeads.answer(EmptyRequest(), services)
        while services.comparisons.figures.computations < 2 { try await Task.sleep(for: .milliseconds(2)) }
        let cancelled = Task { try await services.jobs.cancel(job.id) }
        // It ends at once, though its turn has not come.
        #expect(try await ended(job, services).state == .cancelled)
        #expect(try await cancelled.value.state == .cancelled)
        #expect(services.comparisons.figures == (1, 1))
        mayEnd.store(true, ordering: .releasing)
        #expect(try await held.value == 7)
        let next = try await CompareHeads.answer(EmptyRequest(), services)
        #expect(next.id == 2)
        #expect(try await ended(next, services).state == .finished)
        await #expect(throws: RegistryError.self) { try await services.jobs.cancel(next.id) }
        await services.jobs.stop()
    }

    /// Work that was about to begin when the daemon stopped is interrupted, and has not failed.
    @Test(.onFiles) func `a stop just before the work begins leaves the job to the next daemon`() async throws {
        let fixture = try await DaemonFixture()
        let services = fixture.services
        services.backups.stop()
        let job = try await WriteBackup.answer(.init(file: fixture.path + "/b"), services)
        await services.startJobs()
        let events = fixture.registry.jobFolder(job.id) + "/events.ndjson"
        for _ in 0..<1000 where !FileManager.default.fileExists(atPath: events) {
            try await Task.sleep(for: .milliseconds(10))
        }
        try await Task.sleep(for: .milliseconds(200))
        await services.jobs.stop()
        let left = try await fixture.registry.job(job.id)
        #expect(left.state == .running && left.error == nil && left.endedAt == nil)
    }

    /// A daemon may be killed after a file has its name and before the audit log says so.
    @Test(.onFiles) func `a file that an earlier daemon has put in place is its job's own, and another one is not`()
        async throws
    {
        let fixture = try await DaemonFixture(model: ["radius": "1000"])
        try await fixture.enroll("A", images: 3, seed: 1)
        await fixture.services.startJobs()
        let (file, folder) = (fixture.path + "/b", fixture.path + "/bundle")
        let jobs = [
            try await WriteBackup.answer(.init(file: file), fixture.services),
            try await WriteBundle.answer(.init(folder: folder), fixture.services),
        ]
        var before: [Job] = []
        for job in jobs { before.append(try await ended(job, fixture.services)) }
        await fixture.services.jobs.stop()
        // The second name of a backup that was just linked.
        try FileManager.default.linkItem(atPath: file, toPath: fixture.path + "/.b.partial")
        let forget = """
            DELETE FROM audit WHERE action IN ('backup.write', 'bundle.write');
            UPDATE jobs SET state = 'running', ended_at = NULL, result = NULL;
            """
        try await fixture.registry.execute(forget)
        let second = try await fixture.restarted()
        try await second.models.loadActive()
        await second.startJobs()
        for (job, known) in zip(jobs, before) {
            let now = try await ended(job, second)
            #expect(now.state == .finished && now.result == known.result, "\(now.error ?? "")")
        }
        #expect(!FileManager.default.fileExists(atPath: fixture.path + "/.b.partial"))
        let log = try await second.registry.audit(limit: 9).filter { $0.action.hasSuffix(".write") }
        #expect(Set(log.map(\.subject)) == [file, folder] && Set(log.map(\.who)) == ["job 1", "job 2"])
        // What somebody else has put there is neither taken for the job's own nor replaced.
        await second.jobs.stop()
        for path in [file, folder] { try FileManager.default.removeItem(atPath: path) }
        try Data("x".utf8).write(to: URL(filePath: file))
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try await second.registry.execute(forget)
        await second.registry.close()
        let third = try await fixture.restarted()
        try await third.models.loadActive()
        await third.startJobs()
        for job in jobs {
            let now = try await ended(job, third)
            #expect(now.state == .failed && now.errorCode == "target_exists", "\(now.error ?? "")")
        }
        await third.jobs.stop()
        await third.registry.close()
    }

    /// A daemon may be killed after the work is done and before the job's end is recorded.
    @Test(.onFiles) func `work that an earlier daemon has done is not done again, other work is`() async throws {
        let fixture = try await DaemonFixture()
        let (registry, file) = (fixture.registry, fixture.path + "/b")
        for number in 1...2 {
            let body = #"{"file":"\#(file)\#(number)","replace":false}"#
            let job = try await registry.createWork(kind: .backUp, arguments: [body])
            _ = try await registry.startJob(job.id)
        }
        try await Registry.$author.withValue("job 1") { try await registry.recordBackup(file: file + "1", bytes: 7) }
        await fixture.services.startJobs()
        let first = try await ended(try await registry.job(1), fixture.services)
        #expect(try outcome(WriteBackup.self, first) == WrittenBackup(file: file + "1", bytes: 7))
        #expect(!FileManager.default.fileExists(atPath: file + "1"))
        let second = try await ended(try await registry.job(2), fixture.services)
        #expect(second.state == .finished && FileManager.default.fileExists(atPath: file + "2"))
        await fixture.services.jobs.stop()
    }
}
