import Foundation
import NeuralNetwork
import RankSupport
import Testing

@testable import Training

/// Trainings on several ranks, which are threads here.
@Suite struct RankTests {
    private func tensors(_ path: String) throws -> [String: Tensor] { try Safetensors(contentsOf: path).tensors }

    /// Trains on ranks; rank 0 has the folder.
    private func train(
        _ fixture: Fixture, _ name: String, _ configuration: TrainingConfiguration, ranks: Int, stop: Int = .max,
        stopping: Int = 0, fault: @escaping @Sendable (inout [Float]) -> Void = { _ in }
    ) async -> [Result<[EpochRecord], TrainingError>] {
        let path = fixture.file(name, "")
        let divided = configuration.divided(among: ranks, scalesRate: false)
        return await ThreadCollective.run(ranks, fault: fault) { collective throws(TrainingError) in
            let folder = collective.rank == 0 ? try RunFolder(new: path) : nil
            let run = try TrainingRun(
                divided, in: folder, on: collective, backbone: divided.architecture == "tiny" ? Fixture.tiny : nil)
            return try await run.epochs(stopAfter: collective.rank == stopping ? stop : .max)
        }
    }

    private func resume(_ fixture: Fixture, _ name: String, ranks: Int) async -> [Result<[EpochRecord], TrainingError>]
    {
        let path = fixture.file(name, "")
        return await ThreadCollective.run(ranks) { collective throws(TrainingError) in
            let folder = collective.rank == 0 ? try RunFolder(existing: path) : nil
            return try await TrainingRun(resuming: folder, on: collective, backbone: Fixture.tiny).epochs()
        }
    }

    private func error(_ result: Result<[EpochRecord], TrainingError>) throws -> TrainingError {
        guard case .failure(let error) = result else { throw TestFailure("the rank did not end with an error") }
        return error
    }

    private struct TestFailure: Error {
        let text: String
        init(_ text: String) { self.text = text }
    }

    /// The sums of two orders of adding differ by rounding; 1e-5 of a tensor's largest value is some tens of its last bit.
    @Test(arguments: [("mobilenetv2", 2), ("resnet12", 2), ("mobilenetv2", 3)])
    func `a step on ranks is that of one process that adds up as many gradients`(_ name: String, _ ranks: Int)
        async throws
    {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        var configuration = fixture.episodes(epochs: 1, steps: ranks)
        configuration.architecture = name
        for result in await train(fixture, "run", configuration, ranks: ranks) { _ = try result.get() }
        let step = try AccumulatedStep(configuration.divided(among: ranks, scalesRate: false))
        let stepDistance = step.distance(from: try tensors(fixture.file("run", "last.safetensors")))
        #expect(stepDistance.value < 1e-5, "\(stepDistance)")
        let other = try AccumulatedStep(configuration.divided(among: ranks + 1, scalesRate: false))
        let otherDistance = other.distance(from: try tensors(fixture.file("run", "last.safetensors")))
        #expect(otherDistance.value > 1e-2, "\(otherDistance)")
    }

    @Test func `a step with dropout and stochastic depth is that of one process too`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        var configuration = fixture.classes(epochs: 1, steps: 2)
        configuration.stochasticDepth = 0.3
        for result in await train(fixture, "run", configuration, ranks: 2) { _ = try result.get() }
        let step = try AccumulatedStep(configuration.divided(among: 2, scalesRate: false), backbone: Fixture.tiny)
        let stepDistance = step.distance(from: try tensors(fixture.file("run", "last.safetensors")))
        #expect(stepDistance.value < 1e-5, "\(stepDistance)")
    }

    @Test func `a run on ranks that was stopped on any of them and resumed equals an uninterrupted one`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        let configuration = fixture.episodes(epochs: 2, steps: 10)
        for result in await train(fixture, "whole", configuration, ranks: 2) { #expect(try result.get().count >= 0) }
        let stopped = await train(fixture, "parts", configuration, ranks: 2, stop: 3, stopping: 1)
        for result in stopped { #expect(try error(result).code == .interrupted) }
        #expect(try error(stopped[0]).message.contains("--resume \(fixture.path)/parts"))
        let before = try Data(contentsOf: URL(filePath: fixture.file("parts", "last.safetensors")))
        for ranks in [1, 3] {
            let refused = try error(await resume(fixture, "parts", ranks: ranks)[0])
            #expect(refused.code == .badInput && refused.message.contains("holds a run on 2 ranks"))
        }
        #expect(try Data(contentsOf: URL(filePath: fixture.file("parts", "last.safetensors"))) == before)
        for result in await resume(fixture, "parts", ranks: 2) { _ = try result.get() }
        for file in ["last.safetensors", "best.safetensors", "model.safetensors"] {
            #expect(try tensors(fixture.file("whole", file)) == tensors(fixture.file("parts", file)))
        }
    }

    @Test func `a rank whose loss is not a number ends all, and the last checkpoint stays`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        let counter = Counter()
        let results = await train(
            fixture, "run", fixture.episodes(epochs: 3, steps: 6), ranks: 2,
            fault: { sums in if counter.next() == 5 { sums[0] = .nan } })
        let (first, last) = (try error(results[0]), try error(results[1]))
        #expect(first.code == .diverged && last.code == .diverged)
        #expect(first.message.contains("rank 1 on") && first.message.contains("--resume \(fixture.path)/run"))
        #expect(!last.message.contains("rank 1"))
        _ = try tensors(fixture.file("run", "last.safetensors"))
    }

    @Test func `a rank that holds another bit than the others is found before the epoch counts`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        let results = await train(
            fixture, "run", fixture.episodes(epochs: 1, steps: 40), ranks: 2,
            fault: { sums in sums[7] = Float(bitPattern: sums[7].bitPattern ^ 1) })
        for result in results {
            #expect(try error(result).message.contains("rank 1 holds other weights than rank 0 after epoch 1"))
        }
        #expect(!FileManager.default.fileExists(atPath: fixture.file("run", "last.safetensors")))
        for result in await train(fixture, "sound", fixture.episodes(epochs: 1, steps: 40), ranks: 2) {
            _ = try result.get()
        }
    }

    @Test func `other pictures or settings on a rank are refused before anything is written`() async throws {
        let (fixture, other) = (try Fixture(), try Fixture())
        try await fixture.draw(characters: 13, images: 6)
        try await other.draw(characters: 13, images: 6, seed: 2)
        let (own, another) = (fixture.episodes(epochs: 1, steps: 4), other.episodes(epochs: 1, steps: 4))
        var slower = own
        slower.threads = 2
        for (second, reason) in [(another, "pictures of"), (slower, "2 threads, and rank 0 with 1")] {
            let path = fixture.file("run\(second.threads)", "")
            let results = await ThreadCollective.run(2) { collective throws(TrainingError) in
                let isFirst = collective.rank == 0
                let folder = isFirst ? try RunFolder(new: path) : nil
                let run = try TrainingRun(
                    (isFirst ? own : second).divided(among: 2, scalesRate: false), in: folder, on: collective,
                    backbone: Fixture.tiny)
                return try await run.epochs()
            }
            for result in results {
                let error = try error(result)
                #expect(error.code == .badInput && error.message.contains("rank 1 on"))
                #expect(error.message.contains(reason), "\(error.message)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: path) == [".lock"])
        }
    }

    @Test func `transfer training and a detector's training run on ranks to the end`() async throws {
        let (fixture, faces) = (try Fixture(), try Fixture())
        try await fixture.draw(characters: 4, images: 12)
        try await faces.drawDetection()
        for (name, configuration) in [
            ("none", fixture.transfer(epochs: 2)), ("all", fixture.transfer(.all, epochs: 2)),
            ("detector", faces.detection(epochs: 2, steps: 4)),
        ] {
            for result in await train(fixture, name, configuration, ranks: 2) { _ = try result.get() }
            let written = try JSONDecoder().decode(
                TrainingState.self,
                from: Data(
                    try #require(Safetensors(contentsOf: fixture.file(name, "last.safetensors")).metadata["state"]).utf8
                ))
            #expect(written.ranks == 2 && written.epoch == 2)
            #expect((written.history.last?.exchange?.secondsSumming ?? 0) > 0)
            #expect(FileManager.default.fileExists(atPath: fixture.file(name, "model.safetensors")))
        }
    }

    @Test func `on ranks an epoch shows as much as before, and schedules of steps are shorter`() throws {
        let fixture = try Fixture()
        var configuration = fixture.episodes(epochs: 10, steps: 41)
        configuration.schedule = .byStep(rate: .cosine(length: 410, warmUp: 20))
        let divided = configuration.divided(among: 4, scalesRate: true)
        #expect(divided.steps == 10 && divided.batches == 40 && divided.rankCount == 4)
        #expect(divided.descent.learningRate == 4 * configuration.descent.learningRate)
        #expect(divided.schedule == .byStep(rate: .cosine(length: 100, warmUp: 20)))
        #expect(configuration.divided(among: 4, scalesRate: false).descent == configuration.descent)
        #expect(configuration.divided(among: 64, scalesRate: false).steps == 1)
        #expect(configuration.divided(among: 1, scalesRate: true) == configuration)
    }
}

/// Counts calls, from any thread.
private final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var count = 0

    func next() -> Int {
        lock.withLock {
            count += 1
            return count
        }
    }
}
