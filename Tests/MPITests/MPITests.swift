import API
import Foundation
import NeuralNetwork
import RankSupport
import Testing

@testable import Training

/// `aniwho-mpi` as its users call it, on several ranks of this machine.
@Suite(.serialized) struct MPITests {
    private func tensors(_ path: String) throws -> [String: Tensor] { try Safetensors(contentsOf: path).tensors }

    /// Two orders of adding differ by rounding: 1e-5 of a tensor's largest value is some tens of its last bit.
    @Test(arguments: [("mobilenetv2", 4), ("resnet12", 4), ("mobilenetv2", 2)])
    func `N ranks with an episode each take the step of one process that adds up N gradients`(
        _ architecture: String, _ ranks: Int
    ) throws {
        let mpi = try Ranks()
        let run = mpi.home + "/run"
        let trained = try mpi.run(
            ranks, mpi.small("meta-train", architecture) + ["--run", run, "--epochs", "1", "--tasks", String(ranks)])
        #expect(trained.status == 0, "\(trained.error)")
        let configuration = try RunFolder(existing: run).read(TrainingConfiguration.self, from: .configuration)
        #expect(configuration.rankCount == ranks && configuration.steps == 1)
        let step = try AccumulatedStep(configuration)
        let stepDistance = step.distance(from: try tensors(run + "/last.safetensors"))
        #expect(stepDistance.value < 1e-5, "\(stepDistance)")
    }

    /// Rank 0 compares a digest of every rank's network and momentum before the epoch counts, so that a bit that differs fails the run; see
    /// `RankTests`.
    @Test func `four ranks hold the same bits after 20 steps, and again give the same bits`() throws {
        let mpi = try Ranks()
        for name in ["one", "two"] {
            let trained = try mpi.run(
                4, mpi.small("meta-train") + ["--run", "\(mpi.home)/\(name)", "--epochs", "1", "--tasks", "80"])
            #expect(trained.status == 0, "\(trained.error)")
            #expect(trained.out.contains("1 epoch of 20 steps") || trained.error.contains("1 epoch of 20 steps"))
        }
        let (one, two) = (mpi.home + "/one/last.safetensors", mpi.home + "/two/last.safetensors")
        #expect(try tensors(one) == tensors(two))
    }

    @Test func `a killed rank ends all with the last checkpoint, and the resumed run equals an unbroken one`() throws {
        let mpi = try Ranks()
        let arguments = mpi.small("meta-train") + ["--epochs", "3", "--tasks", "60"]
        let started = try mpi.start(2, arguments + ["--run", "killed"])
        #expect(started.waits(for: "epoch 1: "))
        let ranks = try started.processes(named: "aniwho-mpi")
        #expect(ranks.count == 2)
        kill(try #require(ranks.last), SIGKILL)
        let ended = try started.finish()
        #expect(ended.status != 0 && ended.status != 124, "\(ended.error)")
        let resumed = try mpi.run(2, ["meta-train", "--resume", "killed"])
        #expect(resumed.status == 0, "\(resumed.error)")
        let whole = try mpi.run(2, arguments + ["--run", "whole"])
        #expect(whole.status == 0)
        for file in ["last.safetensors", "model.safetensors"] {
            #expect(try tensors("\(mpi.home)/killed/\(file)") == tensors("\(mpi.home)/whole/\(file)"))
        }
    }

    @Test func `SIGUSR1 to mpirun stops all ranks with a checkpoint`() throws {
        let mpi = try Ranks()
        let started = try mpi.start(
            2, mpi.small("pretrain") + ["--batch", "4", "--epochs", "500", "--run", "run"])
        #expect(started.waits(for: "epoch 1: "))
        kill(try #require(try started.processes(named: "mpirun").first), SIGUSR1)
        let ended = try started.finish()
        #expect(ended.status == ExitCode.interrupted.rawValue, "\(ended.error)")
        #expect(ended.error.contains("--resume run"))
        #expect(ended.error.components(separatedBy: "stopped in epoch").count == 2, "one rank speaks for all")
        _ = try tensors(mpi.home + "/run/last.safetensors")
    }

    @Test func `a rank with other pictures is named, and nothing is written`() throws {
        let mpi = try Ranks()
        for name in ["a", "b"] {
            try FileManager.default.createDirectory(atPath: "\(mpi.home)/\(name)", withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: Ranks.enroll, toPath: "\(mpi.home)/\(name)/characters")
        }
        let folder = mpi.home + "/b/characters"
        let character = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).sorted().first)
        let picture = try #require(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(character)").first)
        try FileManager.default.removeItem(atPath: "\(folder)/\(character)/\(picture)")
        let refused = try mpi.run(
            in: [mpi.home + "/a", mpi.home + "/b"],
            mpi.small("meta-train", data: "characters", split: "12/0/0") + ["--run", mpi.home + "/run"])
        #expect(refused.status == ExitCode.badInput.rawValue, "\(refused.error)")
        #expect(refused.error.contains("rank 1 on") && refused.error.contains("other pictures of \(character)"))
        #expect(refused.error.contains("Copy the same pictures to every machine"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: mpi.home + "/run") == [".lock"])
    }

    @Test func `data that one rank lacks is an error of all, with its rank`() throws {
        let mpi = try Ranks()
        try FileManager.default.createDirectory(atPath: mpi.home + "/b", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: Ranks.enroll, toPath: mpi.home + "/characters")
        let refused = try mpi.run(
            in: [mpi.home, mpi.home + "/b"],
            mpi.small("meta-train", data: "characters") + ["--run", mpi.home + "/run"])
        #expect(refused.status == ExitCode.badInput.rawValue, "\(refused.error)")
        #expect(refused.error.contains("rank 1 on") && refused.error.contains("b/characters"), "\(refused.error)")
    }

    @Test func `a host that does not answer is named, and nothing is written`() throws {
        let mpi = try Ranks()
        let hosts = mpi.home + "/hosts"
        try Data("localhost slots=1\nno-such-host.invalid slots=1\n".utf8).write(to: URL(filePath: hosts))
        let refused = try mpi.run(
            2, options: ["--hostfile", hosts, "--map-by", "ppr:1:node"], mpi.small("meta-train") + ["--run", "run"])
        #expect(refused.status != 0 && refused.status != 124)
        #expect(refused.error.contains("no-such-host"), "\(refused.error)")
        #expect(!FileManager.default.fileExists(atPath: mpi.home + "/run"))
    }

    @Test func `a misuse is told once, with the status of a misuse`() throws {
        let mpi = try Ranks()
        let refused = try mpi.run(2, ["meta-train", "--no-such-option"])
        #expect(refused.status == ExitCode.usage.rawValue)
        #expect(refused.error.components(separatedBy: "unknown option --no-such-option").count == 2)
        #expect(refused.error.contains("usage: aniwho-mpi meta-train"))
    }

    @Test func `transfer training runs on ranks, and the rate grows if asked to`() throws {
        let mpi = try Ranks()
        let trained = try mpi.run(
            2,
            [
                "transfer-train", "--data", Ranks.enroll, "--size", "32", "--fine-tune", "all", "--batch", "8",
                "--test-part", "0.2", "--validation-part", "0.3", "--epochs", "2", "--run", "run", "--threads", "1",
                "--learning-rate", "0.01", "--scale-learning-rate",
            ])
        #expect(trained.status == 0, "\(trained.error)")
        let configuration = try RunFolder(existing: mpi.home + "/run")
            .read(TrainingConfiguration.self, from: .configuration)
        #expect(configuration.descent.learningRate == 0.02 && configuration.rankCount == 2)
        #expect(FileManager.default.fileExists(atPath: mpi.home + "/run/result.json"))
    }

    @Test func `aniwho with --ranks trains on the machines of the hostfile, and resumes on as many`() throws {
        let mpi = try Ranks()
        let arguments = mpi.small("meta-train") + ["--run", "run", "--epochs", "1", "--tasks", "4", "--ranks", "2"]
        let trained = try mpi.aniwho(hosts: "localhost slots=2\n", arguments)
        #expect(trained.status == 0, "\(trained.error)")
        #expect(trained.out.contains("\"event\":\"finish\""), "events are JSON where no terminal is")
        let configuration = try RunFolder(existing: mpi.home + "/run")
            .read(TrainingConfiguration.self, from: .configuration)
        #expect(configuration.rankCount == 2 && configuration.steps == 2)
        let resumed = try mpi.aniwho(hosts: "localhost slots=2\n", ["meta-train", "--resume", "run"])
        #expect(resumed.status == 0 && resumed.out.contains("\"event\":\"finish\""), "\(resumed.error)")
        let alone = try mpi.aniwho(hosts: nil, ["meta-train", "--resume", "run"])
        #expect(alone.status == ExitCode.badInput.rawValue && alone.error.contains("set ANIWHO_HOSTFILE"))
    }

    @Test(arguments: ["aniwho", "aniwhod", "aniwho-decode"])
    func `no other program links MPI`(_ program: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/ldd")
        process.arguments = ["\(Ranks.programs)/\(program)"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(text.contains("libc.so") && !text.contains("libmpi"))
    }
}
