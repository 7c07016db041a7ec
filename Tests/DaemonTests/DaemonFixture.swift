import API
import Backbones
import Embedding
import Foundation
import Imaging
import NeuralNetwork
import Randomness
import TestSupport

@testable import Daemon
@testable import Registry

/// The daemon's services in this process, on a scratch directory, with a small model of random weights in use.
final class DaemonFixture {
    let path: String
    let services: Services

    init(model metadata: [String: String] = [:]) async throws {
        path = NSTemporaryDirectory() + "aniwho-daemon-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        services = try await Self.services(on: path)
        try await addModel("A", seed: 1, metadata)
        _ = try await services.models.use(named: "A")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        TestDatabase.remove(for: path + "/data")
    }

    private static func services(on path: String) async throws -> Services {
        let registry = try await Registry.open(
            directory: path + "/data", database: try TestDatabase.address(for: path + "/data"))
        return try await Services.make(
            on: registry, log: Log(threshold: .error, format: .text), threads: 1, program: "/bin/false")
    }

    var registry: Registry { services.registry }

    /// The daemon as it is after it was stopped and started.
    func restarted() async throws -> Services {
        await registry.close()
        return try await Self.services(on: path)
    }

    /// Imports a model of random weights.
    func addModel(_ name: String, seed: UInt64, _ metadata: [String: String] = [:]) async throws {
        let weights = try Catalogue.backbone("mobilenetv2").graph(32).initialWeights(seed: seed)
        let settings = ["architecture": "mobilenetv2", "input_size": "32"].merging(metadata) { $1 }
        let file = path + "/\(name).safetensors"
        try Safetensors(tensors: weights, metadata: settings).encoded().write(to: URL(fileURLWithPath: file))
        _ = try await services.models.importFile(file, name: name, architecture: nil)
    }

    /// Imports a classifier.
    func addClassifier(_ name: String, _ bytes: Data) async throws {
        let file = path + "/\(name).safetensors"
        try bytes.write(to: URL(fileURLWithPath: file))
        _ = try await ImportClassifier.answer(.init(name: name, file: file), services)
    }

    /// Enrolls pictures whose embeddings lie about a point of the character's own.
    /// - Returns: the embeddings.
    @discardableResult
    func enroll(_ name: String, images: Int, seed: UInt64) async throws -> [[Float]] {
        let model = try await services.models.active().model
        let vectors = Self.vectors(images, about: name, seed: seed, width: model.dimensions)
        let new = vectors.enumerated().map { index, vector in
            let bytes = Data("\(name) \(seed) \(index)".utf8)
            return NewImage(
                bytes: bytes, sha256: ContentHash.sha256(bytes), format: "png", width: 1, height: 1, source: "",
                embedding: vector)
        }
        _ = try await registry.enroll(character: name, images: new, model: model.identity)
        return vectors
    }

    static func vectors(_ count: Int, about name: String, seed: UInt64, width: Int) -> [[Float]] {
        var place = SplitMix64(seed: name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
        let centre = (0..<width).map { _ in place.uniform(-1, 1) }
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in centre.map { Float($0 + random.uniform(-2, 2)) } }
    }
}

extension Registry {
    /// Runs SQL on the registry's own connection, to plant faults.
    func execute(_ sql: String) throws { try database().execute(sql) }
}
