import Embedding
import Foundation
import Testing
import Training

/// Runs learn, and what they leave is usable.
@Suite struct LearningTests {
    @Test(.timeLimit(.minutes(5)))
    func `A tiny network learns drawn characters by episodes to above 90 percent`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 8)
        var configuration = fixture.episodes(epochs: 4, steps: 30)
        configuration.data.split = [13, 0, 0]
        let records = try await fixture.run(configuration, in: "run").epochs()
        #expect(records.count == 4)
        #expect(try #require(records.last).accuracy > 0.9)
        #expect(records[0].loss > records[3].loss)
    }

    @Test(arguments: [EpisodeHead.trimmedMean, .cl2n(scale: 10)])
    func `Other heads in the loss learn too`(head: EpisodeHead) async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        let records = try await fixture.run(fixture.episodes(epochs: 3, steps: 15, head: head), in: "run").epochs()
        #expect(records[2].loss < records[0].loss)
        #expect(records[2].accuracy > records[0].accuracy)
    }

    @Test func `Classical training beats the untrained network on characters held out`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 8)
        let untrained = try await fixture.run(fixture.classes(epochs: 1, steps: 1), in: "untrained").epochs()
        let records = try await fixture.run(fixture.classes(epochs: 4, steps: 30), in: "trained").epochs()
        let before = try #require(untrained.last?.validationAccuracy)
        let after = try #require(records.last?.validationAccuracy)
        #expect(after > before + 0.1)
        #expect(try #require(records.last).accuracy > 0.9)
    }

    @Test func `A cosine classifier with a margin learns too, and held pictures measure it`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 8)
        var configuration = fixture.classes(epochs: 4, steps: 30, classifier: .cosine(scale: 10, margin: 0.1))
        configuration.data.heldImages = 0.25
        let records = try await fixture.run(configuration, in: "run").epochs()
        #expect(try #require(records.last?.heldAccuracy) > 0.8)
    }

    @Test func `A run leaves its configuration, split, curve, checkpoints and a model of the best epoch`() async throws
    {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        let records = try await fixture.run(fixture.episodes(epochs: 3, steps: 4), in: "run").epochs()
        let files = try FileManager.default.contentsOfDirectory(atPath: fixture.path + "/run").sorted()
        #expect(
            files == [
                ".lock", "best.safetensors", "curve.jsonl", "curve.svg", "last.safetensors", "model.safetensors",
                "run.json", "split.json",
            ])
        let curve = try String(contentsOfFile: fixture.file("run", "curve.jsonl"), encoding: .utf8)
        #expect(curve.split(separator: "\n").count == 3)
        let picture = try String(contentsOfFile: fixture.file("run", "curve.svg"), encoding: .utf8)
        #expect(picture.contains("</svg>") && picture.contains("5-way 2-shot"))
        let best = try #require(records.last { $0.isBest })
        #expect(records.compactMap(\.validationAccuracy).max() == best.validationAccuracy)
        // The tiny network is in no catalog, so the file says so instead of being read as another's.
        let model = try Data(contentsOf: URL(filePath: fixture.file("run", "model.safetensors")))
        let error = #expect(throws: ModelError.self) { try Model(model) }
        #expect(error?.code == .unknownArchitecture)
    }

    @Test func `Training, validation and test classes are never the same`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 15, images: 6)
        var configuration = fixture.episodes(epochs: 1, steps: 1)
        configuration.data.split = [8, 5, 2]
        _ = try fixture.run(configuration, in: "run")
        let split = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(filePath: fixture.file("run", "split.json"))))
        let parts = try #require(split as? [String: [[String: Any]]])
        let names = ["training", "validation", "test"].map { (parts[$0] ?? []).compactMap { $0["name"] as? String } }
        #expect(names.map(\.count) == [8, 5, 2])
        #expect(Set(names.flatMap(\.self)).count == 15)
    }
}
