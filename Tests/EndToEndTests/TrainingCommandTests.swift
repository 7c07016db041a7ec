import API
import Foundation
import Testing

/// `meta-train`, `pretrain` and `transfer-train` as their users call them, on the drawn samples, with a network that is small by its input.
struct TrainingCommandTests {
    private static let small = [
        "--data", "enroll", "--architecture", "mobilenetv2", "--size", "32", "--way", "3", "--shot", "2", "--query",
        "2",
        "--seed", "4",
    ]

    private func events(_ output: String) throws -> [[String: Any]] {
        try output.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    @Test func metaTrainToTheEndAndUse() throws {
        let daemon = try TestDaemon()
        let run = daemon.home + "/run"
        let training = try daemon.aniwho(
            ["meta-train", "--run", run, "--split", "8/4/0", "--epochs", "2", "--tasks", "3"] + Self.small)
        #expect(training.status == 0, "\(training.error)")
        let events = try events(training.out)
        #expect(events.first?["event"] as? String == "start" && events.last?["event"] as? String == "finish")
        #expect(events.count { $0["event"] as? String == "epoch" } == 2)
        #expect(events.allSatisfy { $0["event"] as? String != "epoch" || $0["validation_accuracy"] is Double })
        let model = try #require(events.last?["model"] as? String)
        let measured = try daemon.aniwho(
            "evaluate", "--data", "enroll", "--model", model, "--way", "4", "--shot", "1", "--query", "2", "--tasks",
            "20", "--json")
        #expect(measured.status == 0, "\(measured.error)")
        let second = try daemon.aniwho(["meta-train", "--run", run, "--epochs", "1"] + Self.small)
        #expect(second.status == ExitCode.conflict.rawValue && second.error.contains("--resume \(run)"))
        let more = try daemon.aniwho(["pretrain", "--resume", run])
        #expect(more.status == ExitCode.badInput.rawValue && more.error.contains("meta-train"))
    }

    private static let cast = [
        "transfer-train", "--data", "enroll", "--size", "32", "--test-part", "0.2", "--validation-part", "0.3",
        "--views",
        "1", "--seed", "4",
    ]

    @Test func transferTrainToTheEnd() throws {
        let daemon = try TestDaemon()
        let (run, again) = (daemon.home + "/run", daemon.home + "/again")
        let stopped = try daemon.aniwho(
            Self.cast + ["--run", run, "--epochs", "9"], interruptedAt: "\"event\":\"features\"")
        #expect(stopped.status == ExitCode.interrupted.rawValue && stopped.error.contains("--resume \(run)"))
        let training = try daemon.aniwho(["transfer-train", "--resume", run])
        #expect(training.status == 0, "\(training.error)")
        let events = try events(training.out)
        let finish = try #require(events.last?["transfer"] as? [String: Any])
        #expect(finish["fine_tune"] as? String == "none" && finish["test"] is [String: Any])
        let result = try #require(finish["result"] as? String)
        let file = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: result))) as? [String: Any])
        #expect((file["predictions"] as? [Any])?.count == 12 && file["batch"] as? Int == 32)
        let model = try #require(events.last?["model"] as? String)
        let more = try daemon.aniwho(
            Array(Self.cast.dropLast(4)) + [
                "--run", again, "--weights", model, "--fine-tune", "top:3", "--epochs", "1", "--seed", "4",
            ])
        #expect(more.status == 0, "\(more.error)")
    }

    @Test func ctrlCLeavesACheckpointToGoOnFrom() throws {
        let daemon = try TestDaemon()
        let run = daemon.home + "/run"
        let stopped = try daemon.aniwho(
            ["pretrain", "--run", run, "--epochs", "30", "--batch", "8"] + Self.small,
            interruptedAt: "\"event\":\"progress\"")
        #expect(stopped.status == ExitCode.interrupted.rawValue && stopped.error.contains("--resume \(run)"))
        let resumed = try daemon.aniwho(["pretrain", "--resume", run], interruptedAt: "\"event\":\"progress\"")
        let first = try #require(try events(resumed.out).first)
        #expect((first["step"] as? Int ?? 0) + (first["epoch"] as? Int ?? 0) > 0)
        #expect(resumed.status == ExitCode.interrupted.rawValue)
    }

    @Test func badInputIsTold() throws {
        let daemon = try TestDaemon()
        for (arguments, status, says) in [
            (
                ["meta-train", "--data", "enroll", "--run", "r", "--split", "90/20/20"], ExitCode.badInput,
                "needs 130 classes"
            ),
            (["meta-train", "--data", "nowhere", "--run", "r"], .badInput, "nowhere does not exist"),
            (["meta-train", "--data", "enroll", "--run", "r"], .badInput, "classes of 15 pictures"),
            (["meta-train", "--data", "enroll"], .usage, "--run is missing"),
            (["meta-train", "--resume", "r"], .notFound, "no run"),
            (["meta-train", "--resume", "r", "--epochs", "9"], .usage, "leave out --epochs"),
            (["meta-train", "--data", "enroll", "--run", "r", "--architecture", "resnet13"], .badInput, "resnet12"),
            (["meta-train", "--data", "enroll", "--run", "r", "--weights", "nothing"], .notFound, "nothing"),
            (["meta-train", "--data", "enroll", "--run", "r", "--split", "9/2"], .usage, "three numbers"),
            (["meta-train", "--data", "enroll", "--run", "r", "--jitter", "2"], .usage, "--jitter"),
            (["pretrain", "--data", "enroll", "--run", "r", "--margin", "0.1"], .usage, "--classifier cosine"),
            (["pretrain", "--data", "enroll", "--run", "r", "--schedule", "plateau"], .usage, "--validation"),
            (["transfer-train", "--data", "enroll", "--run", "r"], .badInput, "has 5 pictures"),
            (["transfer-train", "--data", "enroll", "--run", "r", "--fine-tune", "most"], .usage, "top:N"),
            (Self.cast + ["--run", "r", "--fine-tune", "all"], .usage, "--views goes with"),
            (Array(Self.cast.dropLast(4)) + ["--run", "r", "--fine-tune", "top:999"], .badInput, "has 149 layers"),
            (["transfer-train", "--data", "enroll", "--run", "r", "--sources", "nothing"], .badInput, "nothing"),
        ] {
            let arguments = arguments.map { $0 == "r" ? daemon.home + "/r" : $0 }
            let result = try daemon.aniwho(arguments)
            #expect(result.status == status.rawValue, "\(arguments): \(result.status) \(result.error)")
            #expect(result.error.contains(says), "\(arguments): \(result.error)")
        }
    }

    @Test func aJobTrainsForReal() throws {
        let daemon = try TestDaemon(trains: true)
        try daemon.start()
        let start = try daemon.aniwho(
            ["jobs", "start", "meta-train", "ours", "--", "--epochs", "1", "--tasks", "2"] + Self.small)
        #expect(start.status == 0, "\(start.error)")
        let watch = try daemon.aniwho("jobs", "watch", "1")
        #expect(watch.status == 0, "\(watch.error) \(watch.out)")
        #expect(try daemon.aniwho("models", "list").out.contains("ours"))
        let use = try daemon.aniwho("models", "use", "ours")
        #expect(use.status == 0, "\(use.error)")
    }
}
