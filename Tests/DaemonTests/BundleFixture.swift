import API
import Embedding
import FewShot
import Foundation
import NeuralNetwork
import Statistics
import Testing

@testable import Daemon
@testable import Registry

/// A registry with a bundle.
enum BundleFixture {
    /// Three characters of five images, one of none, and a rejection.
    static func enrolled(_ settings: [String: String] = settings) async throws -> DaemonFixture {
        let fixture = try await DaemonFixture(model: settings)
        let services = fixture.services
        for name in try FileManager.default.contentsOfDirectory(atPath: Samples.path + "/enroll").sorted().prefix(3) {
            let request = EnrollImages.Request(name: name, files: try Samples.files("enroll/\(name)"))
            _ = try await EnrollImages.answer(request, services)
        }
        _ = try await services.registry.createCharacter(named: ".. / nobody")
        _ = try await RejectImages.answer(
            .init(name: ".. / nobody", files: [try Samples.files("strangers")[0]]), services)
        return fixture
    }

    /// With a radius, a model has a decision rule.
    static let settings = ["radius": "20"]

    /// The last of what is told.
    static func last<End>(_ feed: WorkFeed) async throws -> Told<End> {
        let told: [Told<End>] = try await feed.told()
        return try #require(told.last)
    }

    /// A bundle of ``enrolled()``, in the fixture's folder.
    static func exported(_ fixture: DaemonFixture) async throws -> String {
        let folder = fixture.path + "/bundle"
        let event: Told<WrittenBundle> = try await last(fixture.services.bundles.write(.init(folder: folder)))
        guard case .end(let bundle) = event else { throw APIError(.internal, "\(event)") }
        #expect(bundle.characters == 4 && bundle.images == 15 && bundle.rejections == 1 && bundle.folder == folder)
        return folder
    }

    static func read(
        _ folder: String, merge: Bool = false, settings: Bool = false, _ services: Services
    ) async throws -> Told<ImportedBundle> {
        try await last(services.bundles.read(.init(folder: folder, merge: merge, settings: settings)))
    }

    static func answers(_ services: Services) async throws -> [Classification] {
        try await ClassifyImages.answer(
            .init(files: try Samples.files("ask/Iori Namisato") + Samples.files("strangers")), services
        )
        .results
    }
}
