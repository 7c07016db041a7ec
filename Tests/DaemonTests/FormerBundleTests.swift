import API
import Embedding
import Foundation
import NeuralNetwork
import Testing

@testable import Daemon
@testable import Registry

/// A bundle of version 1, as 0.1.0 wrote it: no boxes, no aliases, no series, no cast packs, and the thresholds of its own calibration.
@Suite(.serialized) struct FormerBundleTests {
    private static let name = "Iori Namisato"

    /// Writes a file of the bundle.
    /// - Returns: what the manifest says of it.
    private func write(_ bytes: Data, to path: String, in folder: String) throws -> String {
        let place = URL(filePath: "\(folder)/\(path)")
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: place)
        return #"{"bytes": \#(bytes.count), "file": "\#(path)", "sha256": "\#(ContentHash.sha256(bytes))"}"#
    }

    private func vectors(_ rows: [[Float]], hasPrototype: Bool) -> Data {
        var tensors = ["embeddings": Tensor(shape: [rows.count, rows[0].count], values: rows.flatMap(\.self))]
        if hasPrototype {
            let mean = rows[0].indices.map { column in rows.reduce(0) { $0 + $1[column] } / Float(rows.count) }
            tensors["prototype"] = Tensor(shape: [mean.count], values: mean)
        }
        return Safetensors(tensors: tensors).encoded()
    }

    /// Writes a bundle of two pictures of a character, a character without pictures, and a rejection.
    private func bundle(in folder: String, model: (identity: String, width: Int), version: Int = 1) throws {
        let pictures = try Samples.files("enroll/\(Self.name)").prefix(2).map(\.bytes)
        let rejected = try Samples.files("strangers")[0].bytes
        let rows = (0..<3).map { row in (0..<model.width).map { Float($0 % 7) + Float(row) } }
        let files = try pictures.enumerated().map { number, bytes in
            try write(bytes, to: "images/\(Self.name)/\(number + 4).png", in: folder)
        }
        let cast = try write(
            vectors(Array(rows.prefix(2)), hasPrototype: true), to: "vectors/\(Self.name).safetensors", in: folder)
        let rejection = try write(rejected, to: "rejections/1", in: folder)
        let others = try write(
            vectors([rows[2]], hasPrototype: false), to: "rejections.safetensors", in: folder)
        let manifest = Data(
            """
            {
              "calibration": {
                "info": {"false_accept": 0.1, "made_at": "2026-01-02T03:04:05Z", "common_radius": 1.5},
                "radii": {"\(Self.name)": 1.25}
              },
              "characters": [
                {
                  "images": [
                    {"file": \(files[0]), "source": "iori/1.png"},
                    {"file": \(files[1]), "source": ""}
                  ],
                  "name": "\(Self.name)",
                  "vectors": \(cast)
                },
                {"images": [], "name": "Nobody / yet", "vectors": null}
              ],
              "created_at": "2026-01-02T03:04:05Z",
              "false_accept": 0.1,
              "format": "aniwho-bundle",
              "head": "cl2n",
              "model": {
                "architecture": "mobilenetv2", "dimensions": \(model.width), "identity": "\(model.identity)", "name": "A"
              },
              "rejection_vectors": \(others),
              "rejections": [
                {"character": "Nobody / yet", "picture": {"file": \(rejection), "source": "strangers/1.png"}}
              ],
              "version": \(version)
            }
            """.utf8)
        _ = try write(manifest, to: "manifest.json", in: folder)
        _ = try write(
            Data("\(ContentHash.sha256(manifest))  manifest.json\n".utf8), to: "manifest.json.sha256", in: folder)
    }

    @Test(arguments: [true, false]) func `it comes in whole, with its vectors or without`(isSameModel: Bool)
        async throws
    {
        let target = try await DaemonFixture(model: BundleFixture.settings)
        defer { withExtendedLifetime(target) {} }
        let (services, registry) = (target.services, target.registry)
        let model = try await services.models.active().model
        let folder = target.path + "/bundle"
        let identity = isSameModel ? model.identity : String(repeating: "e", count: 64)
        try bundle(in: folder, model: (identity, isSameModel ? model.dimensions : 24))
        let event = try await BundleFixture.read(folder, settings: true, services)
        #expect(
            event
                == .end(
                    ImportedBundle(
                        characters: 2, created: 2, images: 2, duplicates: 0, rejections: 1,
                        embedded: isSameModel ? 0 : 3)))
        #expect(try await registry.setting(HeadHost.setting) == "cl2n")

        let character = try await registry.character(named: Self.name)
        #expect(character.images == 2 && character.aliases.isEmpty && character.series.isEmpty)
        let images = try await registry.images(of: Self.name)
        #expect(images.map(\.source) == ["iori/1.png", ""] && images.allSatisfy { $0.box == nil && $0.pack == nil })
        let original = try Samples.files("enroll/\(Self.name)")[0].bytes
        #expect(try await registry.imageBytes(images[0].id) == original)
        let support = try await registry.support(of: Self.name, model: model.identity).embeddings
        #expect((support[0] == (0..<model.dimensions).map { Float($0 % 7) }) == isSameModel)
        let rejection = try #require(try await registry.rejections().first)
        #expect(rejection.character == "Nobody / yet" && rejection.source == "strangers/1.png")
        #expect(try await registry.packs().isEmpty)
    }

    @Test func `there is no version 0, and none after today's`() async throws {
        let target = try await DaemonFixture(model: BundleFixture.settings)
        defer { withExtendedLifetime(target) {} }
        for version in [0, BundleManifest.version + 1] {
            let folder = "\(target.path)/\(version)"
            try bundle(in: folder, model: (String(repeating: "e", count: 64), 24), version: version)
            guard case .error(.badBundle, let message) = try await BundleFixture.read(folder, target.services) else {
                Issue.record("version \(version) was read")
                continue
            }
            #expect(message.contains("has version \(version)"))
        }
        #expect(try await target.registry.counts().characters == 0)
    }
}
