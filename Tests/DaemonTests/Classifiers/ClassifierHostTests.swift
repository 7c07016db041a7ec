import API
import Embedding
import Foundation
import Registry
import Testing

@testable import Daemon

/// Classifiers in memory: the few that were asked last, until they are removed.
@Suite(.serialized) struct ClassifierHostTests {
    private static func ask(_ services: Services, _ name: String) async throws -> ClassifyImages.Response {
        let file = FilePart(name: nil, bytes: try Samples.picture("strangers/1.png"))
        return try await ClassifyImages.answer(.init(classifier: name, files: [file]), services)
    }

    @Test func `the two that were asked last stay in memory`() async throws {
        let fixture = try await DaemonFixture()
        var identities: [String: String] = [:]
        for (seed, name) in ["a", "b", "c"].enumerated() {
            try await fixture.addClassifier(name, TestClassifier.file(["x", "y"], seed: UInt64(seed + 1)))
            identities[name] = try await fixture.registry.classifier(named: name).identity
        }
        func kept() async -> [String] {
            await fixture.services.classifiers.identities.compactMap { identity in
                identities.first { $0.value == identity }?.key
            }
        }
        #expect(await kept().isEmpty)
        for (name, after) in [
            ("a", ["a"]), ("b", ["a", "b"]), ("a", ["b", "a"]), ("c", ["a", "c"]), ("b", ["c", "b"]),
        ] {
            #expect(try await Self.ask(fixture.services, name).classifier == name)
            #expect(await kept() == after)
        }
        _ = try await RemoveClassifier.answer(NamedRequest(name: "b"), fixture.services)
        #expect(await kept() == ["c"])
    }

    @Test func `all who ask at once wait for one loading`() async throws {
        let fixture = try await DaemonFixture()
        try await fixture.addClassifier("Cast", TestClassifier.file(["x", "y"]))
        let record = try await fixture.registry.classifier(named: "Cast")
        let host = fixture.services.classifiers
        let loaded = try await withThrowingTaskGroup(of: ClassifierHost.Loaded.self) { group in
            for _ in 0..<8 { group.addTask { try await host.loaded(record) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(loaded.count == 8 && loaded.allSatisfy { $0 === loaded[0] })
    }

    @Test func `a loading that failed is tried again`() async throws {
        let fixture = try await DaemonFixture()
        try await fixture.addClassifier("Cast", TestClassifier.file(["x", "y"]))
        let record = try await fixture.registry.removeClassifier(named: "Cast")
        let error = await #expect(throws: RegistryError.self) {
            _ = try await fixture.services.classifiers.loaded(record)
        }
        #expect(error?.code == .classifierNotFound)
        #expect(await fixture.services.classifiers.identities.isEmpty)
        try await fixture.addClassifier("Cast", TestClassifier.file(["x", "y"]))
        #expect(try await Self.ask(fixture.services, "Cast").classifier == "Cast")
    }

    /// More pictures than a batch holds.
    @Test func `a large question is embedded in batches`() async throws {
        let fixture = try await DaemonFixture()
        try await fixture.addClassifier("Cast", TestClassifier.file(["x", "y"]))
        let file = FilePart(name: nil, bytes: try Samples.picture("strangers/1.png"))
        let files = [FilePart](repeating: file, count: 40)
        let response = try await ClassifyImages.answer(.init(classifier: "Cast", files: files), fixture.services)
        #expect(response.results.count == 40 && response.results.allSatisfy { $0 == response.results[0] })
        let text = fixture.services.metrics.text(gauges: [])
        let batches = try #require(text.firstMatch(of: /\naniwho_batch_images_count (\d+)\n/).flatMap { Int($0.1) })
        #expect(text.contains("\naniwho_batch_images_sum 40.0\n") && batches > 1)
    }

    /// Every answer is the classifier's own; once it is removed, the question is refused and the others go on.
    @Test func `two clients ask while a classifier is removed`() async throws {
        let fixture = try await DaemonFixture()
        try await fixture.addClassifier("stays", TestClassifier.file(["x", "y"], bias: [9, 0]))
        try await fixture.addClassifier("goes", TestClassifier.file(["x", "y"], bias: [0, 9], seed: 2))
        let services = fixture.services
        let outcomes = try await withThrowingTaskGroup(of: [String].self) { group in
            for name in ["stays", "goes"] {
                group.addTask {
                    var outcomes: [String] = []
                    while name == "stays" ? outcomes.count < 30 : outcomes.last != "goes classifier_not_found" {
                        do {
                            let answer = try await Self.ask(services, name)
                            outcomes.append("\(name) \(answer.results[0].character ?? "unknown")")
                        } catch { outcomes.append("\(name) \(APIError(describing: error).code.rawValue)") }
                    }
                    return outcomes
                }
            }
            group.addTask {
                while await services.classifiers.identities.count < 2 {
                    try await Task.sleep(for: .milliseconds(1))
                }
                _ = try await RemoveClassifier.answer(NamedRequest(name: "goes"), services)
                return []
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(outcomes.count { $0 == "stays x" } == 30)
        let gone = outcomes.filter { $0.hasPrefix("goes") }
        #expect(Set(gone).isSubset(of: ["goes y", "goes classifier_not_found"]))
        #expect(await services.classifiers.identities.count == 1)
    }
}
