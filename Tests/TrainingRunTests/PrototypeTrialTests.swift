import Embedding
import FewShot
import Foundation
import Statistics
import Testing

@testable import Backbones
@testable import Training

/// Prototypes of few pictures on the test pictures of a comparison.
@Suite struct PrototypeTrialTests {
    /// Two classes on a line, at 0 and 10; the first draw has them right, the second the wrong way round.
    @Test func `the mean over draws has an interval that allows for draws and pictures`() async {
        let right: PrototypeTrial.Draw = [[[0], [1]], [[10], [11]]]
        let queries: [PrototypeTrial.Query] = [
            .init(label: 0, embedding: [2]), .init(label: 0, embedding: [3]), .init(label: 1, embedding: [9]),
            .init(label: 1, embedding: [4]),
        ]
        let same = await PrototypeTrial([right, right], shots: 1, queries: queries)
        // Three of four right in both draws: only the pictures add to the squared error, 0.25 / 4, which is that of three answers.
        #expect(same.top1 == Estimate(share: 0.75, of: 3))
        // All right: no error is seen, and four answers are no certainty.
        #expect(same.top5 == Estimate(successes: 4, of: 4))
        #expect(same.top5.interval.lowerBound < 0.52)
        let mixed = await PrototypeTrial([right, right.reversed()], shots: 2, queries: queries)
        // 3/4 and 1/4: every picture is right in one of two draws; only the draws add to the squared error, 0.125 / 2.
        #expect(mixed.top1 == Estimate(successes: 2, of: 4))
    }

    @Test func `a class without a prototype is never the answer`() async {
        let draw: PrototypeTrial.Draw = [[], [[10]]]
        let queries: [PrototypeTrial.Query] = [.init(label: 0, embedding: [0]), .init(label: 1, embedding: [0])]
        let trial = await PrototypeTrial([draw, draw], shots: 1, queries: queries)
        #expect(trial.top1.mean == 0.5 && trial.top5.mean == 0.5)
    }

    @Test func `more shots recognize drawn characters better, and a resumed comparison keeps the result`() async throws
    {
        let bench = try await ComparisonBench()
        let backbone = try Catalogue.backbone("mobilenetv2")
        let graph = backbone.graph(32)
        let file = try Model.file(backbone, weights: graph.initialWeights(seed: 1), inputSize: 32, notes: [:])
        let model = try Model(file)
        let embedder = try Embedder(model: model, threads: 1)
        var settings = bench.settings
        settings.prototypes = .init(model: "/m/plain.safetensors", shots: [1, 5], draws: 4)
        var comparison: Comparison? = try Comparison(settings, in: bench.folder)
        comparison?.train = bench.training { _ in nil }
        #expect(comparison?.needsEmbedder == true)
        var told: [Int] = []
        let results = try #require(
            try await comparison?.run(embedder: embedder, stop: { false }, render: { _ in [:] }) { event in
                if case .prototypes(let done, let pictures) = event, done == pictures { told.append(pictures) }
            })
        comparison = nil
        #expect(results.prototypes.map(\.shots) == [1, 5] && results.prototypes.allSatisfy { $0.model == "plain" })
        #expect(
            results.prototypes.allSatisfy { $0.milliseconds > 0 && $0.draws == 4 && $0.top5.mean >= $0.top1.mean })
        #expect(results.prototypes[0].parameters == 2_257_984 && told.count == 1)
        #expect(results.prototypes[1].top5.mean > 0.5)
        let resumed = try Comparison(resuming: bench.folder)
        #expect(!resumed.needsEmbedder && resumed.results.prototypes == results.prototypes)
    }

    @Test func `a stop while prototypes are measured ends the comparison`() async throws {
        let bench = try await ComparisonBench()
        let backbone = try Catalogue.backbone("mobilenetv2")
        let file = try Model.file(
            backbone, weights: backbone.graph(32).initialWeights(seed: 1), inputSize: 32, notes: [:])
        var settings = bench.settings
        settings.prototypes = .init(model: "plain", shots: [1])
        let comparison = try Comparison(settings, in: bench.folder)
        let embedder = try Embedder(model: try Model(file), threads: 1)
        let error = await #expect(throws: TrainingError.self) {
            _ = try await comparison.run(embedder: embedder, stop: { true }, render: { _ in [:] }, report: { _ in })
        }
        #expect(error?.code == .interrupted && error?.message.contains("compare --resume") == true)
    }
}
