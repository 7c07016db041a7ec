import API
import Client
import Foundation
import Testing

/// Changes of the model, with the real programs.
@Suite(.serialized) struct ModelChangeTests {
    /// The samples are enrolled under mobilenetv2; the slower resnet12 is there, too.
    private static func started() throws -> TestDaemon {
        let daemon = try TestDaemon()
        try daemon.start()
        _ = try daemon.aniwho("enroll", "--from-folders", "enroll")
        let file = TestDaemon.root + "/models/resnet12.safetensors"
        #expect(try daemon.aniwho("models", "import", file, "--name", "slow").status == 0)
        return daemon
    }

    private static func events(_ daemon: TestDaemon, _ id: Int) -> [Substring] {
        let path = daemon.home + "/data/jobs/\(id)/events.ndjson"
        return ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n")
    }

    @Test func useAndRollBack() throws {
        let daemon = try Self.started()
        // The daemon would do it by itself, at some time between the two answers.
        #expect(try daemon.aniwho("calibrate").status == 0)
        let before = try daemon.aniwho("classify", "ask/Iori Namisato", "--json").out
        let none = try daemon.aniwho("models", "rollback")
        #expect(none.status == ExitCode.notFound.rawValue && none.error.contains("no model to go back to"))

        let dry = try daemon.aniwho("models", "use", "slow", "--dry-run")
        #expect(dry.status == 0, "\(dry.error)")
        #expect(dry.out.contains("60 images asked as if not enrolled") && dry.out.contains("nothing has changed"))
        #expect(try daemon.client.call(GetStatus.self).model?.name == "mobilenetv2")

        let used = try daemon.aniwho("models", "use", "slow", "--json")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(used.out.utf8)) as? [String: Any])
        #expect(report["swapped"] as? Bool == true && report["previous"] as? String == "mobilenetv2")
        let answers = try #require(report["answers"] as? [String: Any])
        let totals = try #require(answers["totals"] as? [String: Any])
        #expect((answers["changes"] as? [Any])?.count == totals["changed"] as? Int && totals["asked"] as? Int == 60)
        #expect(try daemon.client.call(GetStatus.self).model?.name == "slow")

        let back = try daemon.aniwho("models", "rollback")
        #expect(
            back.status == 0 && back.out.contains("mobilenetv2 answers now instead of slow; 0 images embedded"),
            "\(back.error)")
        #expect(try daemon.aniwho("classify", "ask/Iori Namisato", "--json").out == before)
        let missing = try daemon.aniwho("models", "use", "none")
        #expect(
            missing.status == ExitCode.notFound.rawValue && missing.error.contains("there is no model named 'none'"))
        #expect(try daemon.aniwho("jobs", "list").out.contains(/[0-9]+ +roll-back-model +mobilenetv2 +finished/))
        #expect(try daemon.aniwho("jobs", "start", "use-model").status == ExitCode.usage.rawValue)
    }

    /// Killed with some of the vectors made, the daemon goes on with the others when it starts again.
    @Test func aChangeSurvivesAKilledDaemon() throws {
        let daemon = try Self.started()
        _ = try daemon.client.call(UseModel.self, .init(name: "slow"))
        let deadline = ContinuousClock.now + .seconds(60)
        while !Self.events(daemon, 1).contains(where: { $0.contains("\"progress\"") && !$0.contains("\"done\":0,") }) {
            try #require(.now < deadline, "no vector was made")
            Thread.sleep(forTimeInterval: 0.002)
        }
        _ = daemon.stop(SIGKILL)
        let killed = Self.events(daemon, 1).count
        #expect(!Self.events(daemon, 1).contains { $0.contains("\"swap\"") })
        try daemon.start()
        let watch = try daemon.aniwho("jobs", "watch", "1")
        #expect(watch.status == 0, "\(watch.error)")
        let rest = Self.events(daemon, 1).dropFirst(killed)
        #expect(rest.first?.contains("\"resumed\":true") == true)
        let first = try JSON.decode(ModelChangeEvent.self, from: Data(try #require(rest.dropFirst().first).utf8))
        guard case .progress(let progress) = first else { Issue.record("\(first)"); return }
        #expect(progress.done >= 16 && progress.done < 60 && progress.all == 60)
        let status = try daemon.client.call(GetStatus.self)
        #expect(status.model?.name == "slow" && status.prototypes == 12)
        #expect(try daemon.aniwho("classify", "ask/Iori Namisato").status == 0)
    }

    @Test func aFailureEndsWithAnErrorAndTheOldModel() throws {
        let daemon = try Self.started()
        _ = try daemon.client.call(UseModel.self, .init(name: "slow"))
        #expect(try daemon.aniwho("jobs", "cancel", "1").status == 0)
        let watch = try daemon.aniwho("models", "use", "slow", "--dry-run")
        #expect(watch.status == 0, "\(watch.error)")
        let cancelled = try daemon.aniwho("jobs", "watch", "1")
        #expect(cancelled.status == ExitCode.jobFailed.rawValue && cancelled.error.contains("was cancelled"))
        #expect(try daemon.client.call(GetStatus.self).model?.name == "mobilenetv2")
    }
}
