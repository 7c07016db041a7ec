import API
import Embedding
import FewShot
import Foundation
import NeuralNetwork
import Statistics
import Testing

@testable import Daemon
@testable import Registry

/// Bundles on their way out of a registry and into another.
@Suite(.serialized) struct BundleTests {
    @Test func `with the same model, answers are the same, with vectors taken over`() async throws {
        let source = try await BundleFixture.enrolled()
        _ = try await UseHead.answer(UseRequest(name: "cl2n"), source.services)
        let made = try await source.services.calibrated(falseAccept: 0.1)
        let folder = try await BundleFixture.exported(source)
        let target = try await DaemonFixture(model: BundleFixture.settings)
        let event = try await BundleFixture.read(folder, settings: true, target.services)
        #expect(
            event
                == .end(
                    ImportedBundle(characters: 4, created: 4, images: 15, duplicates: 0, rejections: 1, embedded: 0)))
        #expect(target.services.heads.active == .cl2n)
        let again = try await target.services.calibrated()
        #expect(again.calibration == made.calibration)
        #expect(
            try await BundleFixture.answers(target.services).map(\.candidates)
                == BundleFixture.answers(source.services).map(\.candidates)
        )
        #expect(try await target.registry.rejections().map(\.character) == [".. / nobody"])
    }

    @Test func `aliases and series travel, and another character's alias stops the import`() async throws {
        let source = try await BundleFixture.enrolled()
        let name = "Iori Namisato"
        _ = try await source.registry.changeAliases(of: name, adding: ["Iori", "灯"], removing: [])
        _ = try await source.registry.setSeries(of: name, "Harbor Lights")
        let folder = try await BundleFixture.exported(source)

        let target = try await DaemonFixture(model: BundleFixture.settings)
        _ = try await target.registry.createCharacter(named: "灯")
        guard case .error(let code, let message) = try await BundleFixture.read(folder, target.services) else {
            Issue.record("imported")
            return
        }
        #expect(code == .characterExists && message.contains("has the alias '灯'"))
        #expect(try await target.registry.characters(after: nil, limit: 9).map(\.name) == ["灯"])

        // The character that has the bundle's name as an alias gets the pictures, and keeps its own series.
        _ = try await target.registry.renameCharacter("灯", to: "Namisato")
        _ = try await target.registry.changeAliases(of: "Namisato", adding: [name], removing: [])
        _ = try await target.registry.setSeries(of: "Namisato", "Film")
        guard case .end(let imported) = try await BundleFixture.read(folder, merge: true, target.services) else {
            Issue.record("not imported")
            return
        }
        #expect(imported.created == 3)
        let merged = try await target.registry.character(named: "Iori")
        #expect(merged.name == "Namisato" && merged.aliases == ["Iori", name, "灯"] && merged.series == "Film")
        #expect(merged.images == 5)
    }

    /// By a rule under which no two pictures look alike.
    @Test func `characters have the same appearances on the other side`() async throws {
        let settings = try AppearanceTests.settings(
            DecisionRule(
                covariance: TwoCovariance(between: 1000, within: 1e-6, dimensions: 8), curve: AppearanceTests.rule.curve
            ))
        let source = try await BundleFixture.enrolled(settings)
        let folder = try await BundleFixture.exported(source)
        let target = try await DaemonFixture(model: settings)
        _ = try await BundleFixture.read(folder, target.services)
        for character in try await source.registry.characters(after: nil, limit: 9) where character.images > 0 {
            let shown = try await source.registry.prototype(of: character.name)
            #expect(shown?.appearances == [1, 1, 1, 1, 1])
            #expect(try await target.registry.prototype(of: character.name) == shown)
        }
        #expect(
            try await BundleFixture.answers(target.services).map(\.candidates)
                == BundleFixture.answers(source.services).map(\.candidates)
        )
    }

    /// A number that makes one name a folder's name may make it another character's.
    @Test func `each character has a folder of its own`() async throws {
        let source = try await DaemonFixture(model: BundleFixture.settings)
        let files = try Samples.files("ask/Iori Namisato") + Samples.files("strangers")
        let names = ["a_b (2)", "a/b", "A_B (2)", "x/\u{301}/\u{301}y", "/\u{301}", "..", "."]
        for (name, file) in zip(["a_b (2)", "a/b", "A_B (2)", "x/\u{301}/\u{301}y", "/\u{301}"], files) {
            _ = try await EnrollImages.answer(.init(name: name, files: [file]), source.services)
        }
        let folder = source.path + "/bundle"
        let event: Told<WrittenBundle> = try await BundleFixture.last(
            source.services.bundles.write(.init(folder: folder)))
        guard case .end(let bundle) = event else { Issue.record("\(event)"); return }
        #expect(bundle.characters == 5)
        let target = try await DaemonFixture(model: BundleFixture.settings)
        guard case .end(let imported) = try await BundleFixture.read(folder, target.services) else {
            Issue.record("not imported")
            return
        }
        #expect(imported.images == 5 && imported.created == 5)
        #expect(try await BundleFixture.answers(target.services) == BundleFixture.answers(source.services))
        var folders = FolderNames()
        let now = Date(timeIntervalSince1970: 0)
        let given = names.enumerated().map { number, name in
            folders.name(
                for: CharacterSummary(
                    id: Int64(number + 1), name: name, images: 0, tags: [], note: "", createdAt: now, updatedAt: now))
        }
        #expect(Set(given.map { $0.lowercased() }).count == names.count)
        #expect(given.allSatisfy { !$0.unicodeScalars.contains("/") && !$0.hasPrefix(".") })
    }

    @Test func `what lies in it can be read without this program`() async throws {
        let source = try await BundleFixture.enrolled()
        let folder = try await BundleFixture.exported(source)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/images").sorted()
        #expect(
            names
                == Array(
                    try FileManager.default.contentsOfDirectory(atPath: Samples.path + "/enroll").sorted().prefix(3)))
        let vectors = try Safetensors(contentsOf: "\(folder)/vectors/\(names[0]).safetensors")
        let identity = try #require(try await source.registry.activeModel()?.identity)
        let support = try await source.registry.support(of: names[0], model: identity)
        let prototype = try #require(Prototype(mean: support.embeddings))
        #expect(vectors.tensors["prototype"]?.values == prototype.vector)
        #expect(vectors.tensors["embeddings"]?.shape == [5, prototype.vector.count])
        let manifest = try JSON.decode(
            BundleManifest.self, from: try Data(contentsOf: URL(fileURLWithPath: folder + "/manifest.json")))
        #expect(manifest.model.identity == identity)
        for file in manifest.files {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file.file)"))
            #expect(bytes.count == file.bytes && ContentHash.sha256(bytes) == file.sha256)
        }
        #expect(!FileManager.default.fileExists(atPath: source.path + "/.bundle.partial"))
        let taken = await #expect(throws: APIError.self) {
            try await source.services.bundles.write(.init(folder: folder))
        }
        #expect(taken?.code == .targetExists)
        let relative = await #expect(throws: APIError.self) {
            try await source.services.bundles.write(.init(folder: "bundle"))
        }
        #expect(relative?.code == .badBundle)
        let nowhere: Told<WrittenBundle> = try await BundleFixture.last(
            source.services.bundles.write(.init(folder: source.path + "/none/bundle")))
        guard case .error(.storage, _) = nowhere else { Issue.record("\(nowhere)"); return }
    }

    @Test func `with another model, answers are as if its pictures had been enrolled`() async throws {
        let source = try await BundleFixture.enrolled()
        let folder = try await BundleFixture.exported(source)
        let target = try await DaemonFixture(model: BundleFixture.settings)
        try await target.addModel("B", seed: 2)
        try await target.services.models.use(named: "B")
        guard case .end(let bundle) = try await BundleFixture.read(folder, target.services) else {
            Issue.record("not imported")
            return
        }
        #expect(bundle.embedded == 16 && bundle.images == 15 && target.services.heads.active == .posterior)
        try await source.addModel("B", seed: 2)
        try await source.services.models.use(named: "B")
        #expect(
            try await BundleFixture.answers(target.services).map(\.candidates)
                == BundleFixture.answers(source.services).map(\.candidates)
        )
    }

    @Test func `who is enrolled already is refused, or merged when asked`() async throws {
        let source = try await BundleFixture.enrolled()
        let folder = try await BundleFixture.exported(source)
        let target = try await DaemonFixture(model: BundleFixture.settings)
        let name = try #require(try await source.registry.characters(after: nil, limit: 9).last?.name)
        let some = try Samples.files("enroll/\(name)").prefix(2) + Samples.files("strangers")
        _ = try await EnrollImages.answer(.init(name: name, files: Array(some)), target.services)
        guard case .error(.characterExists, let message) = try await BundleFixture.read(folder, target.services) else {
            Issue.record("not refused")
            return
        }
        #expect(message.contains(name) && message.contains("--merge"))
        #expect(try await target.registry.counts().characters == 1)
        let event = try await BundleFixture.read(folder, merge: true, target.services)
        #expect(
            event
                == .end(
                    ImportedBundle(characters: 4, created: 3, images: 13, duplicates: 2, rejections: 1, embedded: 0)))
        #expect(try await target.registry.character(named: name).images == 7)
        // Once more, there is nothing new.
        let again = try await BundleFixture.read(folder, merge: true, target.services)
        #expect(
            again
                == .end(
                    ImportedBundle(characters: 4, created: 0, images: 0, duplicates: 15, rejections: 0, embedded: 0)))
    }
}
