import Backbones
import Embedding
import Foundation
import Testing

@testable import Training

/// What a comparison refuses, and what it says.
@Suite struct ComparisonInputTests {
    /// The lock ends with the comparison, which ends with this function.
    private func lockedFolderIsRefused(_ bench: ComparisonBench) throws {
        let comparison = try Comparison(bench.settings, in: bench.folder)
        let error = #expect(throws: TrainingError.self) { _ = try Comparison(bench.settings, in: bench.folder) }
        #expect(error?.code == .conflict && error?.message.contains("another process") == true)
        withExtendedLifetime(comparison) {}
    }

    @Test func `a folder that holds anything is no place for a comparison`() async throws {
        let bench = try await ComparisonBench()
        try lockedFolderIsRefused(bench)
        var error = #expect(throws: TrainingError.self) { _ = try Comparison(bench.settings, in: bench.folder) }
        #expect(error?.message.contains("holds a comparison already. Continue it with --resume") == true)
        error = #expect(throws: TrainingError.self) { _ = try Comparison(bench.settings, in: bench.fixture.data) }
        #expect(error?.code == .conflict && error?.message.contains("not empty") == true)
        error = #expect(throws: TrainingError.self) { _ = try Comparison(resuming: bench.fixture.data) }
        #expect(error?.code == .notFound && error?.message.contains("holds no comparison") == true)
        error = #expect(throws: TrainingError.self) { try Comparison.render(in: bench.folder) { _ in [:] } }
        #expect(error?.code == .notFound && error?.message.contains("results.json") == true)
    }

    @Test func `data, weights and layers that do not fit are errors before the first run`() async throws {
        let bench = try await ComparisonBench()
        func message(_ change: (inout ComparisonSettings) -> Void) -> String {
            var settings = bench.settings
            change(&settings)
            return #expect(throws: TrainingError.self) { _ = try Comparison(settings, in: bench.folder) }?.message ?? ""
        }
        #expect(
            message { $0.grid.models = [.init(architecture: "resnet10", weights: "/nothing")] }.contains("/nothing"))
        #expect(message { $0.grid.models = [.init(architecture: "resnet11")] }.contains("resnet11"))
        #expect(message { $0.grid.fineTunes = [.top(layers: 5000)] }.contains("5000"))
        #expect(message { $0.data = ["/nowhere"] }.contains("/nowhere"))
        #expect(message { $0.sources = "/nowhere.json" }.contains("/nowhere.json"))
        // Nothing is left that would disturb a second try.
        _ = try Comparison(bench.settings, in: bench.folder)
    }

    @Test func `a comparison does not continue with changed data, and a damaged file is named`() async throws {
        let bench = try await ComparisonBench()
        _ = try Comparison(bench.settings, in: bench.folder)
        let names = try FileManager.default.contentsOfDirectory(atPath: bench.fixture.data)
        for name in names { try FileManager.default.removeItem(atPath: "\(bench.fixture.data)/\(name)/7.png") }
        var error = #expect(throws: TrainingError.self) { _ = try Comparison(resuming: bench.folder) }
        #expect(error?.message.contains("has changed since the comparison began") == true)
        try Data("{".utf8).write(to: URL(filePath: "\(bench.folder)/comparison.json"))
        error = #expect(throws: TrainingError.self) { _ = try Comparison(resuming: bench.folder) }
        #expect(error?.code == .badInput && error?.message.contains("comparison.json is damaged") == true)
    }
}
