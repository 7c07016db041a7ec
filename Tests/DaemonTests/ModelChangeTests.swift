import API
import FewShot
import Foundation
import TestSupport
import Testing

@testable import Daemon
@testable import Registry

/// Changes of the model as jobs: what they say, what they leave when they fail, and the way back.
@Suite(.serialized) struct ModelChangeTests {
    /// Five characters under the model A, beside which there is B; jobs run.
    private static func started() async throws -> DaemonFixture {
        let fixture = try await DaemonFixture()
        for name in try FileManager.default.contentsOfDirectory(atPath: Samples.path + "/enroll").sorted().prefix(5) {
            let request = EnrollImages.Request(name: name, files: try Samples.files("enroll/\(name)"))
            _ = try await EnrollImages.answer(request, fixture.services)
        }
        try await fixture.addModel("B", seed: 2)
        await fixture.services.startJobs()
        return fixture
    }

    private static func ended(_ id: Int64, _ services: Services) async throws -> Job {
        for _ in 0..<4000 {
            let job = try await services.registry.job(id)
            if job.endedAt != nil { return job }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw APIError(.internal, "job \(id) does not end")
    }

    private static func use(_ name: String, dryRun: Bool = false, _ services: Services) async throws -> Job {
        let job = try await UseModel.answer(.init(name: name, dryRun: dryRun), services)
        return try await ended(job.id, services)
    }

    private static func events(_ id: Int64, _ services: Services) -> [ModelChangeEvent] {
        let text = (try? String(contentsOfFile: services.jobs.folder(of: id).events, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { try? JSON.decode(ModelChangeEvent.self, from: Data($0.utf8)) }
    }

    private static func answers(_ services: Services) async throws -> ClassifyImages.Response {
        try await ClassifyImages.answer(.init(files: try Samples.files("ask/Iori Namisato")), services)
    }

    @Test func `a change tells what it changes, and is taken back with its head`() async throws {
        let fixture = try await Self.started()
        let services = fixture.services
        _ = try await UseHead.answer(UseRequest(name: "cl2n"), services)
        let before = try await Self.answers(services)

        let dry = try await Self.use("B", dryRun: true, services)
        #expect(dry.state == .finished && dry.kind == .tryModel, "\(dry.error ?? "")")
        #expect(try await Self.answers(services) == before)
        let told = Self.events(dry.id, services)
        guard case .progress(let first) = told.first, case .answers(let totals) = told.last else {
            Issue.record("\(told)")
            return
        }
        #expect(first.done == 0 && first.all == 25 && first.rate == nil)
        let changes = told.compactMap { if case .change(let change) = $0 { change } else { nil } }
        #expect(totals.images == 25 && totals.asked == 25 && totals.changed == changes.count && !changes.isEmpty)
        #expect(changes.allSatisfy { $0.before != $0.after })
        let gained = changes.count { $0.after == $0.character } - changes.count { $0.before == $0.character }
        #expect(totals.after.right - totals.before.right == gained)

        let job = try await Self.use("B", services)
        let active = try await fixture.registry.activeModel()
        #expect(job.state == .finished && job.model == active?.identity)
        guard case .swap(let swap) = Self.events(job.id, services).last else { Issue.record("no swap"); return }
        // The dry run's vectors are not made again.
        #expect(swap == ModelSwap(model: "B", previous: "A", head: "cl2n", embedded: 0))
        _ = try await UseHead.answer(UseRequest(name: "mean"), services)
        #expect(try await Self.answers(services).model == "B")

        let late = try Samples.files("strangers")
        _ = try await EnrollImages.answer(.init(name: "late", files: late), services)
        let back = try await RollBackModel.answer(EmptyRequest(), services)
        #expect(back.name == "A" && back.kind == .rollBackModel)
        #expect(try await Self.ended(back.id, services).state == .finished)
        guard case .swap(let returned) = Self.events(back.id, services).last else { Issue.record("no swap"); return }
        #expect(returned == ModelSwap(model: "A", previous: "B", head: "cl2n", embedded: late.count))
        _ = try await services.registry.removeCharacter(named: "late")
        #expect(try await Self.answers(services) == before)
    }

    @Test func `only a model that neither answers nor is kept for a rollback can be removed`() async throws {
        let fixture = try await DaemonFixture()
        let services = fixture.services
        try await fixture.addModel("B", seed: 2)
        try await fixture.addModel("C", seed: 3)
        try await services.models.use(named: "B")
        for (name, reason) in [("A", "kept for a rollback"), ("B", "active")] {
            let refusal = await #expect(throws: RegistryError.self) {
                try await RemoveModel.answer(NamedRequest(name: name), services)
            }
            let error = APIError(describing: try #require(refusal))
            #expect(error.code == .busy && error.code.status == 409 && error.message.contains(reason), "\(error)")
        }
        _ = try await RemoveModel.answer(NamedRequest(name: "C"), services)
        #expect(try await ListModels.answer(.init(), services).models.map(\.name) == ["A", "B"])
        #expect(try await services.registry.formerModel()?.model.name == "A")
    }

    @Test func `a calibration comes back with its model`() async throws {
        let fixture = try await Self.started()
        let services = fixture.services
        let made = try await services.calibrated(falseAccept: 0.1)
        #expect(try await Self.use("B", services).state == .finished)
        #expect(try await ShowCalibration.answer(EmptyRequest(), services).identity == ShowCalibration.modelsOwn)
        let other = try await services.calibrated(falseAccept: 0.2)
        #expect(other.identity != made.identity)
        for expected in [made, other] {
            let back = try await RollBackModel.answer(EmptyRequest(), services)
            #expect(try await Self.ended(back.id, services).state == .finished)
            #expect(try await ShowCalibration.answer(EmptyRequest(), services) == expected)
        }
    }

    @Test func `without a model before there is no way back`() async throws {
        let fixture = try await Self.started()
        let error = await #expect(throws: APIError.self) {
            try await RollBackModel.answer(EmptyRequest(), fixture.services)
        }
        #expect(error?.code == .modelNotFound && error?.message.contains("no model to go back to") == true)
        let missing = await #expect(throws: RegistryError.self) { try await Self.use("none", fixture.services) }
        #expect(missing?.code == .modelNotFound)
    }

    @Test func `a picture that cannot be decoded leaves the old model in charge`() async throws {
        let fixture = try await Self.started()
        let services = fixture.services
        try await fixture.enroll("not pictures", images: 1, seed: 1)
        let before = try await Self.answers(services)
        let job = try await Self.use("B", services)
        #expect(job.state == .failed && job.error?.contains("stored image 26: ") == true, "\(job.error ?? "")")
        #expect(job.error?.contains("aniwho images remove 26") == true)
        #expect(try await Self.answers(services) == before)
        // Once it is gone, the change goes on from where it was.
        _ = try await services.registry.removeImage(26)
        let again = try await Self.use("B", services)
        #expect(again.state == .finished, "\(again.error ?? "")")
        guard case .progress(let first) = Self.events(again.id, services).first else { Issue.record("none"); return }
        #expect(first.done == 16 && first.all == 25)
    }

    @Test func `a damaged model file leaves the old model in charge`() async throws {
        let fixture = try await Self.started()
        try await fixture.registry.execute("UPDATE model_files SET bytes = substr(bytes, 1, 9999) WHERE model = 2")
        let job = try await Self.use("B", fixture.services)
        #expect(job.state == .failed && job.error?.contains("is damaged") == true, "\(job.error ?? "")")
        #expect(try await Self.answers(fixture.services).model == "A")
    }

    /// The change is made then, and nothing may keep the daemon from answering with the model that is active.
    @Test(.onFiles) func `a change after which nothing can be read is in force`() async throws {
        let fixture = try await Self.started()
        let services = fixture.services
        try await fixture.registry.execute(
            """
            DROP TABLE calibrations;
            INSERT INTO settings VALUES ('calibration.false-accept', 'off', 0);
            CREATE TEMP TRIGGER late AFTER UPDATE OF active ON models WHEN new.active = 1
            BEGIN REPLACE INTO settings VALUES ('calibration.false-accept', '0.1', 0); END
            """)
        let job = try await Self.use("B", services)
        #expect(job.state == .finished, "\(job.error ?? "")")
        let answer = try await Self.answers(services)
        #expect(answer.model == "B" && answer.calibration == "model")
    }

    @Test(.onFiles) func `a full disk leaves the old model in charge, and who watches is told`() async throws {
        let fixture = try await Self.started()
        let services = fixture.services
        let before = try await Self.answers(services)
        try await fixture.registry.execute(
            "CREATE TEMP TRIGGER full BEFORE INSERT ON embeddings BEGIN SELECT raise(ABORT, 'full'); END")
        let failed = try await Self.use("B", services)
        #expect(failed.state == .failed && failed.error?.contains("full") == true, "\(failed.error ?? "")")
        try await fixture.registry.execute("DROP TRIGGER full")
        #expect(try await Self.answers(services) == before)

        // Not even the end of the job can be kept.
        try await fixture.registry.execute(
            """
            CREATE TEMP TRIGGER full BEFORE INSERT ON embeddings BEGIN SELECT raise(ABORT, 'full'); END;
            CREATE TEMP TRIGGER end BEFORE UPDATE OF ended_at ON jobs BEGIN SELECT raise(ABORT, 'full'); END
            """)
        let job = try await UseModel.answer(.init(name: "B"), services)
        let reader = try await services.jobs.events(of: job.id).reader()
        var text = ""
        for _ in 0..<2000 where !text.contains("\"end\"") {
            if case .bytes(let bytes) = reader.next(maximum: 1 << 16) { text += String(decoding: bytes, as: UTF8.self) }
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(text.contains("\"failed\""), "\(text)")
        try await fixture.registry.execute("DROP TRIGGER end; DROP TRIGGER full")
        #expect(try await Self.ended(job.id, services).state == .failed)
        #expect(try await Self.answers(services) == before)
    }

    @Test func `questions are answered and images enrolled throughout`() async throws {
        let fixture = try await Self.started()
        let services = fixture.services
        let file = try Samples.files("strangers")[0]
        let job = try await UseModel.answer(.init(name: "B"), services)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 0..<5 {
                    let files = try Samples.files("ask/Iori Namisato")
                    _ = try await EnrollImages.answer(.init(name: "late \(number)", files: files), services)
                }
            }
            group.addTask {
                for _ in 0..<100 {
                    let answer = try await ClassifyImages.answer(.init(files: [file]), services)
                    #expect(answer.model == "A" || answer.model == "B")
                    #expect(!answer.results[0].candidates.isEmpty)
                }
            }
            try await group.waitForAll()
        }
        let end = try await Self.ended(job.id, services)
        #expect(end.state == .finished, "\(end.error ?? "")")
        let counts = try await services.registry.counts()
        let identity = try #require(end.model)
        let embedded = try await services.registry.embeddingCounts(model: identity)
        #expect(counts.images == 25 + 15 && embedded == EmbeddingCounts(all: 40, embedded: 40))
        #expect(counts.prototypes == 10)
        #expect(try await Self.answers(services).model == "B")
    }

    @Test func `a change that is cancelled changes nothing`() async throws {
        let fixture = try await DaemonFixture()
        let services = fixture.services
        _ = try await EnrollImages.answer(.init(name: "one", files: try Samples.files("strangers")), services)
        try await fixture.addModel("B", seed: 2)
        try await fixture.addModel("C", seed: 3)
        let job = try await UseModel.answer(.init(name: "B"), services)
        #expect(try await UseModel.answer(.init(name: "B"), services).id == job.id)
        let rival = await #expect(throws: RegistryError.self) {
            try await UseModel.answer(.init(name: "C"), services)
        }
        #expect(rival?.reason == .modelChanging && rival?.message.contains("aniwho jobs cancel 1") == true)
        _ = try await CancelJob.answer(IdentifiedRequest(id: job.id), services)
        await services.startJobs()
        #expect(try await Self.use("C", services).state == .finished)
        #expect(try await services.registry.job(job.id).state == .cancelled)
        #expect(try await services.registry.activeModel()?.name == "C")
    }

    @Test func `a head says what it changes, and a dry run changes nothing`() async throws {
        let fixture = try await Self.started()
        let services = fixture.services
        let dry = try await UseHead.answer(UseRequest(name: "local-fisher", dryRun: true), services)
        #expect(!dry.head.active && dry.previous == "posterior" && services.heads.active == .posterior)
        let answers = try #require(dry.answers)
        #expect(answers.totals.asked == 25 && answers.totals.changed == answers.changes.count)
        let used = try await UseHead.answer(UseRequest(name: "local-fisher"), services)
        #expect(used.head.active && used.answers == answers && services.heads.active == .localFisher)
        let same = try await UseHead.answer(UseRequest(name: "local-fisher"), services)
        #expect(same.answers?.changes.isEmpty == true)
    }
}
