import API
import Embedding
import FewShot
import Foundation
import NeuralNetwork
import Statistics
import TestSupport
import Testing

@testable import Daemon
@testable import Registry

/// Bundles that are damaged or made by somebody with bad intentions, and imports that fail.
@Suite(.serialized) struct BundleFaultTests {
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
        let source = try await BundleFixture.enrolled()
        let folder = try await BundleFixture.exported(source)
        try fault.plant(folder)
        let target = try await DaemonFixture(model: BundleFixture.settings)
        guard
            case .error(.badBundle, let message) = try await BundleFixture.read(folder, settings: true, target.services)
        else {
            Issue.record("not refused: \(fault.text)")
            return
        }
        if fault.text != "no picture" { #expect(message.contains(fault.text), "\(message)") }
        let counts = try await target.registry.counts()
        #expect(counts.characters == 0 && counts.images == 0)
    }

    /// A disk that hangs, or is taken away, holds up only the import, and never a change of the registry.
    @Test func `enrolling reads only the daemon's copy`() async throws {
        let source = try await BundleFixture.enrolled()
        let folder = try await BundleFixture.exported(source)
        let target = try await DaemonFixture(model: BundleFixture.settings)
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
        #expect(try await BundleFixture.answers(target.services) == BundleFixture.answers(source.services))
    }

    @Test func `a FIFO is no picture, and nothing waits for its writer`() async throws {
        let source = try await BundleFixture.enrolled()
        let folder = try await BundleFixture.exported(source)
        let path = try Self.firstImage(folder).path
        try FileManager.default.removeItem(atPath: path)
        #expect(mkfifo(path, 0o600) == 0)
        let target = try await DaemonFixture(model: BundleFixture.settings)
        guard case .error(.badBundle, let message) = try await BundleFixture.read(folder, target.services) else {
            Issue.record("not refused")
            return
        }
        #expect(message.contains("only plain files"))
    }

    @Test func `the copy of a bundle is removed`() async throws {
        let source = try await BundleFixture.enrolled()
        let folder = try await BundleFixture.exported(source)
        let target = try await DaemonFixture(model: BundleFixture.settings)
        let copies = target.path + "/data/uploads/bundle"
        guard case .end = try await BundleFixture.read(folder, target.services) else { Issue.record("refused"); return }
        #expect(!FileManager.default.fileExists(atPath: copies))
        guard case .error = try await BundleFixture.read(folder, target.services) else {
            Issue.record("not refused"); return
        }
        #expect(!FileManager.default.fileExists(atPath: copies))
        try Self.alter(folder, "\"bytes\" : ", "\"bytes\" : -")
        guard case .error(.badBundle, let message) = try await BundleFixture.read(folder, target.services) else {
            Issue.record("not refused")
            return
        }
        #expect(message.contains("-"))
        #expect(!FileManager.default.fileExists(atPath: copies))
    }

    @Test(.onFiles) func `what fails in the middle enrolls nothing`() async throws {
        let source = try await BundleFixture.enrolled()
        _ = try await UseHead.answer(UseRequest(name: "cl2n"), source.services)
        let folder = try await BundleFixture.exported(source)
        let target = try await DaemonFixture(model: BundleFixture.settings)
        try await target.registry.execute(
            """
            CREATE TEMP TRIGGER full BEFORE INSERT ON image_files WHEN (SELECT count(*) FROM images) > 9
            BEGIN SELECT raise(ABORT, 'full'); END
            """)
        guard case .error = try await BundleFixture.read(folder, settings: true, target.services) else {
            Issue.record("not refused")
            return
        }
        let counts = try await target.registry.counts()
        #expect(counts.characters == 0 && counts.images == 0 && target.services.heads.active == .posterior)
        #expect(try await target.registry.setting("head") == nil)
        try await target.registry.execute("DROP TRIGGER full")
        guard case .end = try await BundleFixture.read(folder, target.services) else { Issue.record("refused"); return }
    }
}
