import Foundation
import Testing

@testable import Training

/// Features of a frozen network are made once, shared by runs, and made again where their file is damaged.
@Suite struct FeatureCacheTests {
    /// Trains, and gives how many views of pictures went through the network. Inlined into its callers, it crashes Swift 6.3's optimizer.
    @inline(never)
    private func train(_ configuration: TrainingConfiguration, _ fixture: Fixture, in name: String) async throws -> Int
    {
        var done = 0
        try await fixture.run(configuration, in: name).train(stop: { false }) { event in
            if case .features(let features) = event { done = features.done }
        }
        return done
    }

    private func configuration(_ fixture: Fixture, views: Int = 2, dropout: Double = 0.2) -> TrainingConfiguration {
        fixture.transfer(epochs: 2).with { settings in
            (settings.views, settings.dropout) = (views, dropout)
            settings.featureCache = fixture.path + "/cache"
        }
    }

    @Test func `Runs of the same weights, pictures and seed share features, and others do not`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 4, images: 8)
        var other = configuration(fixture)
        other.seed = 4
        let runs = [
            ("first", configuration(fixture)), ("second", configuration(fixture, dropout: 0.5)),
            ("third", configuration(fixture, views: 3)), ("plain", configuration(fixture, views: 0)), ("seed", other),
        ]
        var made: [Int] = []
        for (name, run) in runs { made.append(try await train(run, fixture, in: name)) }
        // 24 pictures train, 4 validate and 4 are left: all as they are, and the 24 in two views.
        #expect(made.prefix(4) == [32 + 2 * 24, 0, 24, 0] && made[4] > 0)
        #expect(!FileManager.default.fileExists(atPath: fixture.file("first", "features")))
    }

    @Test func `A damaged file is made again, to the same features`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 4, images: 8)
        _ = try await train(configuration(fixture), fixture, in: "first")
        let cache = fixture.path + "/cache"
        let files = try FileManager.default.contentsOfDirectory(atPath: cache).sorted()
        #expect(files.count == 5)
        let whole = try files.map { try Data(contentsOf: URL(filePath: "\(cache)/\($0)")) }
        var flipped = whole[0]
        flipped[flipped.count - 7] ^= 4
        try flipped.write(to: URL(filePath: "\(cache)/\(files[0])"))
        try whole[1].dropLast(9).write(to: URL(filePath: "\(cache)/\(files[1])"))
        try Data().write(to: URL(filePath: "\(cache)/\(files[2])"))
        let made = try await train(configuration(fixture), fixture, in: "second")
        #expect(made > 0)
        #expect(try files.map { try Data(contentsOf: URL(filePath: "\(cache)/\($0)")) } == whole)
        let (first, second) = try (
            TransferResult(run: fixture.path + "/first"), TransferResult(run: fixture.path + "/second")
        )
        #expect(first.history.map(\.loss) == second.history.map(\.loss) && first.test == second.test)
    }

    @Test func `Features that cannot be kept stop the run`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 4, images: 8)
        try Data().write(to: URL(filePath: fixture.path + "/cache"))
        do {
            _ = try await train(configuration(fixture), fixture, in: "run")
            Issue.record("a file is no folder")
        } catch { #expect((error as? TrainingError)?.code == .storage) }
    }
}
