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
    /// Three characters of five images, one of none, and a rejection.
    private static func enrolled(_ settings: [String: String] = settings) async throws -> DaemonFixture {
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
    private static let settings = ["radius": "20"]

    /// The last of what is told.
    private static func last<End>(_ channel: LineChannel) async throws -> WorkEvent<End> {
        let told: [WorkEvent<End>] = try await channel.events()
        return try #require(told.last)
    }

    /// A bundle of ``enrolled()``, in the fixture's folder.
    private static func exported(_ fixture: DaemonFixture) async throws -> String {
        let folder = fixture.path + "/bundle"
        let event: WorkEvent<WrittenBundle> = try await last(fixture.services.bundles.write(.init(folder: folder)))
        guard case .end(let bundle) = event else { throw APIError(.internal, "\(event)") }
        #expect(bundle.characters == 4 && bundle.images == 15 && bundle.rejections == 1 && bundle.folder == folder)
        return folder
    }

    private static func read(
        _ folder: String, merge: Bool = false, settings: Bool = false, _ services: Services
    ) async throws -> WorkEvent<ImportedBundle> {
        try await last(services.bundles.read(.init(folder: folder, merge: merge, settings: settings)))
    }

    private static func answers(_ services: Services) async throws -> [Classification] {
        try await ClassifyImages.answer(
            .init(files: try Samples.files("ask/Iori Namisato") + Samples.files("strangers")), services
        )
        .results
    }

    @Test func `with the same model, answers are the same, with vectors taken over`() async throws {
        let source = try await Self.enrolled()
        _ = try await UseHead.answer(UseRequest(name: "cl2n"), source.services)
        let made = try await source.services.calibrated(falseAccept: 0.1)
        let folder = try await Self.exported(source)
        let target = try await DaemonFixture(model: Self.settings)
        let event = try await Self.read(folder, settings: true, target.services)
        #expect(
            event
                == .end(
                    ImportedBundle(characters: 4, created: 4, images: 15, duplicates: 0, rejections: 1, embedded: 0)))
        #expect(target.services.heads.active == .cl2n)
        let again = try await target.services.calibrated()
        #expect(again.calibration == made.calibration)
        #expect(
            try await Self.answers(target.services).map(\.candidates) == Self.answers(source.services).map(\.candidates)
        )
        #expect(try await target.registry.rejections().map(\.character) == [".. / nobody"])
    }

    @Test func `aliases and series travel, and another character's alias stops the import`() async throws {
        let source = try await Self.enrolled()
        let name = "Iori Namisato"
        _ = try await source.registry.changeAliases(of: name, adding: ["Iori", "灯"], removing: [])
        _ = try await source.registry.setSeries(of: name, "Harbor Lights")
        let folder = try await Self.exported(source)

        let target = try await DaemonFixture(model: Self.settings)
        _ = try await target.registry.createCharacter(named: "灯")
        guard case .error(let code, let message) = try await Self.read(folder, target.services) else {
            Issue.record("imported")
            return
        }
        #expect(code == .characterExists && message.contains("has the alias '灯'"))
        #expect(try await target.registry.characters(after: nil, limit: 9).map(\.name) == ["灯"])

        // The character that has the bundle's name as an alias gets the pictures, and keeps its own series.
        _ = try await target.registry.renameCharacter("灯", to: "Namisato")
        _ = try await target.registry.changeAliases(of: "Namisato", adding: [name], removing: [])
        _ = try await target.registry.setSeries(of: "Namisato", "Film")
        guard case .end(let imported) = try await Self.read(folder, merge: true, target.services) else {
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
        let source = try await Self.enrolled(settings)
        let folder = try await Self.exported(source)
        let target = try await DaemonFixture(model: settings)
        _ = try await Self.read(folder, target.services)
        for character in try await source.registry.characters(after: nil, limit: 9) where character.images > 0 {
            let shown = try await source.registry.prototype(of: character.name)
            #expect(shown?.appearances == [1, 1, 1, 1, 1])
            #expect(try await target.registry.prototype(of: character.name) == shown)
        }
        #expect(
            try await Self.answers(target.services).map(\.candidates) == Self.answers(source.services).map(\.candidates)
        )
    }

    /// A number that makes one name a folder's name may make it another character's.
    @Test func `each character has a folder of its own`() async throws {
        let source = try await DaemonFixture(model: Self.settings)
        let files = try Samples.files("ask/Iori Namisato") + Samples.files("strangers")
        let names = ["a_b (2)", "a/b", "A_B (2)", "x/\u{301}/\u{301}y", "/\u{301}", "..", "."]
        for (name, file) in zip(["a_b (2)", "a/b", "A_B (2)", "x/\u{301}/\u{301}y", "/\u{301}"], files) {
            _ = try await EnrollImages.answer(.init(name: name, files: [file]), source.services)
        }
        let folder = source.path + "/bundle"
        let event: WorkEvent<WrittenBundle> = try await Self.last(source.services.bundles.write(.init(folder: folder)))
        guard case .end(let bundle) = event else { Issue.record("\(event)"); return }
        #expect(bundle.characters == 5)
        let target = try await DaemonFixture(model: Self.settings)
        guard case .end(let imported) = try await Self.read(folder, target.services) else {
            Issue.record("not imported")
            return
        }
        #expect(imported.images == 5 && imported.created == 5)
        #expect(try await Self.answers(target.services) == Self.answers(source.services))
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
        let source = try await Self.enrolled()
        let folder = try await Self.exported(source)
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
        let nowhere: WorkEvent<WrittenBundle> = try await Self.last(
            source.services.bundles.write(.init(folder: source.path + "/none/bundle")))
        guard case .error(.storage, _) = nowhere else { Issue.record("\(nowhere)"); return }
    }

    @Test func `with another model, answers are as if its pictures had been enrolled`() async throws {
        let source = try await Self.enrolled()
        let folder = try await Self.exported(source)
        let target = try await DaemonFixture(model: Self.settings)
        try await target.addModel("B", seed: 2)
        try await target.services.models.use(named: "B")
        guard case .end(let bundle) = try await Self.read(folder, target.services) else {
            Issue.record("not imported")
            return
        }
        #expect(bundle.embedded == 16 && bundle.images == 15 && target.services.heads.active == .posterior)
        try await source.addModel("B", seed: 2)
        try await source.services.models.use(named: "B")
        #expect(
            try await Self.answers(target.services).map(\.candidates) == Self.answers(source.services).map(\.candidates)
        )
    }

    @Test func `who is enrolled already is refused, or merged when asked`() async throws {
        let source = try await Self.enrolled()
        let folder = try await Self.exported(source)
        let target = try await DaemonFixture(model: Self.settings)
        let name = try #require(try await source.registry.characters(after: nil, limit: 9).last?.name)
        let some = try Samples.files("enroll/\(name)").prefix(2) + Samples.files("strangers")
        _ = try await EnrollImages.answer(.init(name: name, files: Array(some)), target.services)
        guard case .error(.characterExists, let message) = try await Self.read(folder, target.services) else {
            Issue.record("not refused")
            return
        }
        #expect(message.contains(name) && message.contains("--merge"))
        #expect(try await target.registry.counts().characters == 1)
        let event = try await Self.read(folder, merge: true, target.services)
        #expect(
            event
                == .end(
                    ImportedBundle(characters: 4, created: 3, images: 13, duplicates: 2, rejections: 1, embedded: 0)))
        #expect(try await target.registry.character(named: name).images == 7)
        // Once more, there is nothing new.
        let again = try await Self.read(folder, merge: true, target.services)
        #expect(
            again
                == .end(
                    ImportedBundle(characters: 4, created: 0, images: 0, duplicates: 15, rejections: 0, embedded: 0)))
    }

    /// Changes the manifest, with its hash.
    private static func alter(_ folder: String, _ old: String, _ new: String) throws {
        let path = URL(fileURLWithPath: folder + "/manifest.json")
        let text = try String(contentsOf: path, encoding: .utf8)
        let range = try #require(text.range(of: old))
        let bytes = Data(text.replacingCharacters(in: range, with: new).utf8)
        try bytes.write(to: path)
        try Data("\(ContentHash.sha256(bytes))  manifest.json\n".utf8).write(
            to: URL(fileURLWithPath: folder + "/manifest.json.sha256"))
    }

    private static let faults: [(text: String, plant: @Sendable (String) throws -> Void)] = [
        (
            "its hash differs",
            { folder in
                let path = try firstImage(folder)
                var bytes = try Data(contentsOf: path)
                bytes[bytes.count / 2] ^= 1
                try bytes.write(to: path)
            }
        ),
        ("bytes", { folder in try Data("short".utf8).write(to: firstImage(folder)) }),
        ("is missing", { folder in try FileManager.default.removeItem(at: firstImage(folder)) }),
        (
            "only plain files",
            { folder in
                let path = try firstImage(folder)
                let away = folder + "/../away.png"
                try FileManager.default.moveItem(atPath: path.path, toPath: away)
                try FileManager.default.createSymbolicLink(atPath: path.path, withDestinationPath: away)
            }
        ),
        (
            "is not a path inside the bundle",
            { folder in
                try alter(folder, "\"file\" : \"images/", "\"file\" : \"images/../../bundle/images/")
            }
        ),
        (
            "is not a path inside the bundle",
            { folder in try alter(folder, "\"file\" : \"images/", "\"file\" : \"/images/") }
        ),
        ("version 3", { folder in try alter(folder, "\"version\" : 2", "\"version\" : 3") }),
        ("another format", { folder in try alter(folder, "\"aniwho-bundle\"", "\"other\"") }),
        ("cannot read manifest.json", { folder in try alter(folder, "\"characters\"", "\"people\"") }),
        ("no such character", { folder in try alter(folder, "\"character\" : \"", "\"character\" : \"not ") }),
        (
            "does not know its head",
            { folder in try alter(folder, "\"head\" : \"posterior\"", "\"head\" : \"median\"") }
        ),
        (
            "manifest.json has changed since it was written",
            { folder in
                let path = URL(fileURLWithPath: folder + "/manifest.json")
                try (Data(contentsOf: path) + Data(" ".utf8)).write(to: path)
            }
        ),
        ("is not a bundle", { folder in try FileManager.default.removeItem(atPath: folder + "/manifest.json") }),
        (
            "no picture",
            { folder in
                let path = try firstImage(folder)
                let (old, new) = (try Data(contentsOf: path), Data("no picture".utf8))
                try new.write(to: path)
                try alter(folder, ContentHash.sha256(old), ContentHash.sha256(new))
                try alter(folder, "\"bytes\" : \(old.count),", "\"bytes\" : \(new.count),")
            }
        ),
    ]

    private static func firstImage(_ folder: String) throws -> URL {
        let name = try FileManager.default.contentsOfDirectory(atPath: folder + "/images").sorted()[0]
        return URL(fileURLWithPath: "\(folder)/images/\(name)/1.png")
    }

    @Test(arguments: faults.indices) func `a bundle that is not whole enrolls nothing`(index: Int) async throws {
        let fault = Self.faults[index]
        let source = try await Self.enrolled()
        let folder = try await Self.exported(source)
        try fault.plant(folder)
        let target = try await DaemonFixture(model: Self.settings)
        guard case .error(.badBundle, let message) = try await Self.read(folder, settings: true, target.services) else {
            Issue.record("not refused: \(fault.text)")
            return
        }
        if fault.text != "no picture" { #expect(message.contains(fault.text), "\(message)") }
        let counts = try await target.registry.counts()
        #expect(counts.characters == 0 && counts.images == 0)
    }

    /// A disk that hangs, or is taken away, holds up only the import, and never a change of the registry.
    @Test func `enrolling reads only the daemon's copy`() async throws {
        let source = try await Self.enrolled()
        let folder = try await Self.exported(source)
        let target = try await DaemonFixture(model: Self.settings)
        let (staging, registry) = (target.path + "/staging", target.registry)
        let bundle = try BundleReader(folder, copyingTo: staging) { _, _ in }
        try FileManager.default.removeItem(atPath: folder)
        var pictures = BundleImport(bundle)
        let active = try await target.services.models.active()
        #expect(try await pictures.prepare(for: active, threads: 1) { _, _ in } == 0)
        let imported = try await registry.enroll(
            pictures.enrollment(merges: false, settings: [:], source: folder, told: ImportedBundle(characters: 3)),
            model: active.model.identity)
        #expect(imported.images == 15 && imported.rejections == 1)
        #expect(try await Self.answers(target.services) == Self.answers(source.services))
    }

    @Test func `a FIFO is no picture, and nothing waits for its writer`() async throws {
        let source = try await Self.enrolled()
        let folder = try await Self.exported(source)
        let path = try Self.firstImage(folder).path
        try FileManager.default.removeItem(atPath: path)
        #expect(mkfifo(path, 0o600) == 0)
        let target = try await DaemonFixture(model: Self.settings)
        guard case .error(.badBundle, let message) = try await Self.read(folder, target.services) else {
            Issue.record("not refused")
            return
        }
        #expect(message.contains("only plain files"))
    }

    @Test func `the copy of a bundle is removed`() async throws {
        let source = try await Self.enrolled()
        let folder = try await Self.exported(source)
        let target = try await DaemonFixture(model: Self.settings)
        let copies = target.path + "/data/uploads/bundle"
        guard case .end = try await Self.read(folder, target.services) else { Issue.record("refused"); return }
        #expect(!FileManager.default.fileExists(atPath: copies))
        guard case .error = try await Self.read(folder, target.services) else { Issue.record("not refused"); return }
        #expect(!FileManager.default.fileExists(atPath: copies))
        try Self.alter(folder, "\"bytes\" : ", "\"bytes\" : -")
        guard case .error(.badBundle, let message) = try await Self.read(folder, target.services) else {
            Issue.record("not refused")
            return
        }
        #expect(message.contains("-"))
        #expect(!FileManager.default.fileExists(atPath: copies))
    }

    @Test func `what fails in the middle enrolls nothing`() async throws {
        let source = try await Self.enrolled()
        _ = try await UseHead.answer(UseRequest(name: "cl2n"), source.services)
        let folder = try await Self.exported(source)
        let target = try await DaemonFixture(model: Self.settings)
        try await target.registry.execute(
            """
            CREATE TEMP TRIGGER full BEFORE INSERT ON image_files WHEN (SELECT count(*) FROM images) > 9
            BEGIN SELECT raise(ABORT, 'full'); END
            """)
        guard case .error = try await Self.read(folder, settings: true, target.services) else {
            Issue.record("not refused")
            return
        }
        let counts = try await target.registry.counts()
        #expect(counts.characters == 0 && counts.images == 0 && target.services.heads.active == .posterior)
        #expect(try await target.registry.setting("head") == nil)
        try await target.registry.execute("DROP TRIGGER full")
        guard case .end = try await Self.read(folder, target.services) else { Issue.record("refused"); return }
    }
}

extension Registry {
    /// Runs SQL on the registry's own connection, to plant faults.
    fileprivate func execute(_ sql: String) throws { try database().execute(sql) }
}
