import Foundation
import NeuralNetwork
import Testing
import Training

/// A run that was stopped and resumed is the run that was not, to the bit.
@Suite struct ResumeTests {
    private func tensors(_ path: String) throws -> [String: Tensor] { try Safetensors(contentsOf: path).tensors }

    private func compare(_ configuration: (Fixture) -> TrainingConfiguration, stops: [Int]) async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        let whole = try await fixture.run(configuration(fixture), in: "whole").epochs()
        for (index, stop) in stops.enumerated() {
            let run =
                index == 0 ? try fixture.run(configuration(fixture), in: "parts") : try fixture.resume("parts")
            do {
                _ = try await run.epochs(stopAfter: stop)
                Issue.record("the run was not stopped")
            } catch { #expect(error.code == .interrupted) }
        }
        let records = try await fixture.resume("parts").epochs()
        #expect(
            try tensors(fixture.file("whole", "last.safetensors"))
                == tensors(fixture.file("parts", "last.safetensors")))
        #expect(
            try tensors(fixture.file("whole", "best.safetensors"))
                == tensors(fixture.file("parts", "best.safetensors")))
        let (last, other) = (try #require(whole.last), try #require(records.last))
        #expect(last.loss == other.loss && last.accuracy == other.accuracy)
        #expect(last.validationAccuracy == other.validationAccuracy)
    }

    @Test func `Meta-training stopped within an epoch and resumed equals an uninterrupted run`() async throws {
        try await compare(
            { fixture in
                var configuration = fixture.episodes(epochs: 3, steps: 5)
                configuration.threads = 2
                return configuration
            }, stops: [2, 6])
    }

    @Test func `Classical training with dropout and stochastic depth resumed equals an uninterrupted run`() async throws
    {
        try await compare(
            { fixture in
                var configuration = fixture.classes(epochs: 3, steps: 5)
                configuration.stochasticDepth = 0.3
                return configuration
            }, stops: [7])
    }

    @Test func `A rate that follows the validation is resumed too`() async throws {
        try await compare(
            { fixture in
                var configuration = fixture.classes(epochs: 4, steps: 3)
                configuration.schedule = .byValidation(plateau: ReduceOnPlateau(factor: 0.5, patience: 0))
                return configuration
            }, stops: [5, 4])
    }

    @Test func `A finished run resumed trains no more and says so`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        _ = try await fixture.run(fixture.episodes(epochs: 2, steps: 2), in: "run").epochs()
        let before = try tensors(fixture.file("run", "last.safetensors"))
        var finished = false
        try await fixture.resume("run").train(stop: { false }) { event in
            if case .finish = event { finished = true }
            if case .progress = event { Issue.record("a finished run takes no step") }
        }
        #expect(finished)
        #expect(try tensors(fixture.file("run", "last.safetensors")) == before)
    }
}
