import API
import Client
import Foundation
import Testing

/// Trainings in the daemon, with the real programs but for the one that trains.
@Suite(.serialized) struct JobTests {
    /// The shipped model with another note in its head: a model that no registry has.
    private static func trained(in home: String) throws -> String {
        let file = try Data(contentsOf: URL(filePath: TestDaemon.root + "/models/mobilenetv2.safetensors"))
        let length = (0..<8).reduce(0) { $0 | Int(file[$1]) << (8 * $1) }
        var head = String(decoding: file[8..<8 + length], as: UTF8.self)
        let start = try #require(head.range(of: #""__metadata__":{"#))
        head.insert(contentsOf: #""note":"made by a job","#, at: start.upperBound)
        head += String(repeating: " ", count: (8 - head.utf8.count % 8) % 8)
        let count = UInt64(head.utf8.count)
        let path = home + "/trained.safetensors"
        let bytes = Data((0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * UInt64($0))) }) + Data(head.utf8)
        try (bytes + file[(8 + length)...]).write(to: URL(filePath: path))
        return path
    }

    private static func started() throws -> (TestDaemon, model: String) {
        let daemon = try TestDaemon()
        try daemon.start()
        return (daemon, try trained(in: daemon.home))
    }

    @Test func startWatchAndUse() throws {
        let (daemon, model) = try Self.started()
        let start = try daemon.aniwho(
            "jobs", "start", "meta-train", "ours", "--", "--data", "enroll", "--model", model, "--steps", "5",
            "--pause", "0.05")
        #expect(start.status == 0 && start.out.contains("aniwho jobs watch 1"), "\(start.error)")
        let taken = try daemon.aniwho("jobs", "start", "pretrain", "ours")
        #expect(taken.status == ExitCode.conflict.rawValue && taken.error.contains("'ours'"))
        #expect(try daemon.aniwho("jobs", "start", "pretrain", "mobilenetv2").status == taken.status)

        let watch = try daemon.aniwho("jobs", "watch", "1")
        #expect(watch.status == 0, "\(watch.error)")
        let events = try watch.out.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        let training = ["start"] + [String](repeating: "progress", count: 5) + ["epoch", "finish"]
        #expect(training.allSatisfy { TrainingEventKind(rawValue: $0) != nil })
        let names = ["launch"] + training + ["end"]
        #expect(events.compactMap { $0["event"] as? String } == names)
        #expect(events.last?["state"] as? String == "finished")
        // Who comes after the end sees the same.
        #expect(try daemon.aniwho("jobs", "watch", "1", "--json").out == watch.out)

        let job = try daemon.client.call(ShowJob.self, IdentifiedRequest(id: 1))
        #expect(job.state == .finished && job.arguments.prefix(2) == ["--data", TestDaemon.samples + "/enroll"])
        #expect(try daemon.aniwho("models", "list").out.contains("\nours  "))
        #expect(try daemon.aniwho("models", "use", "ours").out.contains("ours answers now instead of mobilenetv2"))
        #expect(try daemon.aniwho("jobs", "list").out.contains("best epoch 1, validation 75.0 %"))
        #expect(try daemon.aniwho("jobs", "show", "1").out.contains("model     ours, identity \(job.model ?? "?")"))
        #expect(try daemon.aniwho("jobs", "show", "3").status == ExitCode.notFound.rawValue)
        #expect(try daemon.aniwho("jobs", "watch", "3").error.contains("there is no job 3"))
        #expect(try daemon.aniwho("jobs", "start", "train").status == ExitCode.usage.rawValue)
        #expect(try daemon.aniwho("jobs", "prune").out.hasPrefix("removed 0 jobs with "))
        #expect(try daemon.aniwho("jobs", "prune", "--older-than", "soon").status == ExitCode.usage.rawValue)
        #expect(
            try daemon.aniwho("jobs", "start", "pretrain", "--", "--run", "x").error.contains("--run cannot be given"))
        let head = daemon.raw("HEAD /v1/jobs/1/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 200") && head.contains("Content-Type: application/x-ndjson"))
    }

    @Test func watchingIsLeftAndAJobIsCancelled() throws {
        let (daemon, model) = try Self.started()
        let failing = try daemon.aniwho("jobs", "start", "pretrain", "--", "--fail", "too few images")
        #expect(failing.status == 0)
        let failed = try daemon.aniwho("jobs", "watch", "1")
        #expect(failed.status == ExitCode.jobFailed.rawValue && failed.error.contains("job 1 failed: too few images"))

        _ = try daemon.aniwho("jobs", "start", "pretrain", "--", "--model", model, "--steps", "9999", "--pause", "0.05")
        let left = try daemon.aniwho(["jobs", "watch", "2"], interruptedAt: "\"step\":2")
        #expect(left.status == ExitCode.interrupted.rawValue && left.error.contains("job 2 goes on"), "\(left.error)")
        // A watcher that goes away without a word.
        #expect(daemon.raw("GET /v1/jobs/2/events HTTP/1.1\r\nHost: x\r\n\r\n", seconds: 1).contains("\"step\":2"))
        #expect(try daemon.client.call(ShowJob.self, IdentifiedRequest(id: 2)).state == .running)

        #expect(try daemon.aniwho("jobs", "cancel", "2").out == "cancelled job 2\n")
        let end = try daemon.aniwho("jobs", "watch", "2")
        #expect(end.status == ExitCode.jobFailed.rawValue && end.out.hasSuffix("\"state\":\"cancelled\"}\n"))
        let again = try daemon.aniwho("jobs", "cancel", "2")
        #expect(again.status == ExitCode.conflict.rawValue && again.error.contains("has ended already"))
        #expect(try daemon.client.entries(ListModels.self).count == 1)
    }

    @Test func aJobSurvivesAKilledDaemon() throws {
        let (daemon, model) = try Self.started()
        _ = try daemon.aniwho(
            "jobs", "start", "meta-train", "--", "--model", model, "--steps", "40", "--pause", "0.05")
        _ = try daemon.aniwho(["jobs", "watch", "1"], interruptedAt: "\"step\":3")
        _ = daemon.stop(SIGKILL)
        try daemon.start()
        let watch = try daemon.aniwho("jobs", "watch", "1")
        #expect(watch.status == 0, "\(watch.error)")
        #expect(watch.out.components(separatedBy: "\"resumed\":true").count == 2)
        // Every step is there; what was done since the last checkpoint before the kill may be there twice. Only a step that had its
        // checkpoint, and was not told yet, goes without a line.
        let missing = (1...40).filter { !watch.out.contains("\"step\":\($0),") }
        #expect(missing.allSatisfy { watch.out.contains("\"first\":\($0 + 1),") }, "\(missing)")
        #expect(try daemon.client.entries(ListModels.self).map(\.name) == ["meta-train-1", "mobilenetv2"])
    }

    /// Who watches does not keep the daemon from stopping.
    @Test func whoWatchesIsToldThatTheDaemonStops() throws {
        let (daemon, _) = try Self.started()
        _ = try daemon.aniwho("jobs", "start", "pretrain", "--", "--steps", "9999", "--pause", "0.05")
        let pid = daemon.processID
        let stopper = Thread {
            Thread.sleep(forTimeInterval: 0.5)
            kill(pid, SIGTERM)
        }
        stopper.start()
        let watch = try daemon.aniwho("jobs", "watch", "1")
        #expect(watch.status == ExitCode.unreachable.rawValue && watch.error.contains("goes on when it starts again"))
        #expect(daemon.stop() == 0)
        try daemon.start()
        _ = try daemon.aniwho(["jobs", "watch", "1"], interruptedAt: "\"resumed\":true")
        #expect(try daemon.client.call(CancelJob.self, IdentifiedRequest(id: 1)).state == .cancelled)
    }
}
