import API
import Foundation
import Options
import Synchronization
import Testing
import Training

@testable import CommandLine

/// What `aniwho-mpi` checks before its ranks train.
@Suite struct RankCommandTests {
    /// Rank 0 of two, whose rank 1 answers with this rank's own words, changed.
    private final class Pair: Collective {
        let rank = 0
        let ranks = 2
        private let change: @Sendable (String) -> String
        private let told = Mutex<TrainingError?>(nil)

        init(_ change: @escaping @Sendable (String) -> String) { self.change = change }

        var failure: TrainingError? { told.withLock { $0 } }

        func sum(_ numbers: [Double]) -> [Double] { numbers.map { $0 * 2 } }
        func sum(inPlace values: inout MutableSpan<Float>) {}
        func share(_ bytes: Data) -> Data { bytes }
        func gather(_ bytes: Data) -> [Data] { [bytes, Data(change(String(decoding: bytes, as: UTF8.self)).utf8)] }
        func fail(_ error: TrainingError) { told.withLock { $0 = error } }
    }

    @Test func `ranks of different versions are refused, with advice`() async throws {
        let pair = Pair { $0.replacing("\"\(Version.current)\"", with: "\"0.0.1\"") }
        let status = await RankCommands.run(["meta-train", "--data", "/none", "--run", "/none/run"], on: pair)
        let error = try #require(pair.failure)
        #expect(status == .badInput)
        #expect(error.message.contains("rank 1 on") && error.message.contains("is aniwho-mpi 0.0.1"))
        #expect(error.message.contains("rank 0 is \(Version.current). Install the same version on every machine"))
    }

    @Test func `ranks with different arguments are refused, with advice`() async throws {
        let pair = Pair { $0.replacing("\"3\"", with: "\"4\"") }
        let status = await RankCommands.run(
            ["pretrain", "--data", "/none", "--run", "/none/run", "--epochs", "3"], on: pair)
        #expect(status == .badInput)
        #expect(pair.failure?.message.contains("has other arguments than rank 0. Start all ranks with one") == true)
    }

    @Test func `aniwho hands its words over with the command first and without the number of ranks`() {
        let words = ["--quiet", "meta-train", "--ranks", "2", "--data", "a"]
        #expect(
            RankLaunch.forwarded(["meta-train"], words, asJSON: true)
                == ["meta-train", "--quiet", "--data", "a", "--json"])
        #expect(
            RankLaunch.forwarded(["pretrain"], ["pretrain", "--ranks=3", "--json", "--run", "b"], asJSON: true)
                == ["pretrain", "--json", "--run", "b"])
    }

    @Test func `the cores that a rank may use are counted from the process's status`() {
        #expect(RankCommands.cores(in: "Name:\taniwho-mpi\nCpus_allowed:\t0f,80000001\nCpus_allowed_list:\t0\n") == 6)
        #expect(RankCommands.cores(in: "Name:\taniwho-mpi\n") == nil)
    }

    @Test func `the commands are those of aniwho, under the other name`() async {
        #expect(await RankCommands.run(["--help"], on: SoloCollective()) == .ok)
        #expect(await RankCommands.run(["compare", "--out", "/none"], on: SoloCollective()) == .usage)
        #expect(await RankCommands.run([], on: SoloCollective()) == .usage)
        let resumed = ["meta-train", "--resume", "/none", "--scale-learning-rate"]
        #expect(await RankCommands.run(resumed, on: SoloCollective()) == .usage)
        for command in RankCommands.commands {
            #expect(RankCommands.help.contains("  " + command.declaration.words.joined(separator: " ")))
        }
    }
}
