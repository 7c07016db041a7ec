import API
import Client
import Foundation
import TestSupport
import Testing

/// Jobs on several ranks, where `aniwho-mpi` is built: both are on this machine.
@Suite(
    .enabled(if: FileManager.default.isExecutableFile(atPath: TestDaemon.programs + "/aniwho-mpi")),
    .enabled(if: TestDatabase.isFile, "ranks know nothing of the registry's database"))
struct RankJobTests {
    private static let options = [
        "--data", TestDaemon.samples + "/enroll", "--architecture", "mobilenetv2", "--size", "32", "--way", "3",
        "--shot",
        "2", "--query", "2", "--split", "8/4/0", "--epochs", "1", "--threads", "1", "--ranks", "2",
    ]

    private func daemon(hosts: String?) throws -> TestDaemon {
        let file = "/tmp/aniwho-hosts-\(UInt32.random(in: 0...UInt32.max))"
        if let hosts { try Data(hosts.utf8).write(to: URL(filePath: file)) }
        let daemon = try TestDaemon(
            trains: true,
            environment: [
                "ANIWHO_HOSTFILE": hosts == nil ? "" : file, "OMPI_ALLOW_RUN_AS_ROOT": "1",
                "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
            ])
        try daemon.start()
        return daemon
    }

    @Test func `a job on two ranks makes a model, and tells its events`() throws {
        let daemon = try daemon(hosts: "localhost slots=2\n")
        let start = try daemon.aniwho(["jobs", "start", "meta-train", "ours", "--"] + Self.options + ["--tasks", "4"])
        #expect(start.status == 0, "\(start.error)")
        let watch = try daemon.aniwho("jobs", "watch", "1")
        #expect(watch.status == 0, "\(watch.error)")
        #expect(try daemon.client.call(ShowJob.self, .init(id: 1)).state == .finished)
        let run = try String(contentsOfFile: daemon.home + "/data/jobs/1/run/run.json", encoding: .utf8)
        #expect(run.contains("\"ranks\" : 2"))
    }

    @Test func `a job that cannot be trained says why in the words of aniwho-mpi`() throws {
        let daemon = try daemon(hosts: "localhost slots=2\n")
        _ = try daemon.aniwho(["jobs", "start", "meta-train", "--"] + Self.options + ["--no-such-option"])
        _ = try daemon.aniwho("jobs", "watch", "1")
        let job = try daemon.client.call(ShowJob.self, .init(id: 1))
        #expect(job.state == .failed && job.error?.contains("unknown option --no-such-option") == true, "\(job)")
        _ = try daemon.aniwho(
            ["jobs", "start", "meta-train", "--"] + Self.options.map { $0 == "3" ? "30" : $0 })
        _ = try daemon.aniwho("jobs", "watch", "2")
        let other = try daemon.client.call(ShowJob.self, .init(id: 2))
        #expect(other.state == .failed && other.error?.hasPrefix("30-way") == true, "\(other)")
    }

    @Test func `a job on ranks without a hostfile fails with advice`() throws {
        let daemon = try daemon(hosts: nil)
        _ = try daemon.aniwho(["jobs", "start", "meta-train", "--"] + Self.options)
        _ = try daemon.aniwho("jobs", "watch", "1")
        let job = try daemon.client.call(ShowJob.self, .init(id: 1))
        #expect(job.state == .failed && job.error?.contains("set ANIWHO_HOSTFILE") == true, "\(job)")
    }

    @Test func `a cancelled job on ranks ends, and leaves a checkpoint`() throws {
        let daemon = try daemon(hosts: "localhost slots=2\n")
        _ = try daemon.aniwho(["jobs", "start", "meta-train", "--"] + Self.options + ["--tasks", "100000"])
        let folder = daemon.home + "/data/jobs/1"
        for _ in 0..<600 {
            let events = try? String(contentsOfFile: folder + "/events.ndjson", encoding: .utf8)
            if events?.contains("\"progress\"") == true { break }
            Thread.sleep(forTimeInterval: 0.05)
        }
        #expect(try daemon.aniwho("jobs", "cancel", "1").status == 0)
        #expect(try daemon.aniwho("jobs", "watch", "1").status != 0)
        #expect(try daemon.client.call(ShowJob.self, .init(id: 1)).state == .cancelled)
        #expect(FileManager.default.fileExists(atPath: folder + "/run/last.safetensors"))
    }
}
