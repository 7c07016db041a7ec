import API
import Embedding
import Foundation
import NeuralNetwork
import Testing

@testable import Daemon
@testable import Registry

/// Cast packs that are not whole, or that somebody made to do harm: nothing of them comes in.
@Suite(.serialized) struct CastPackFaultTests {
    private static func alter(_ old: String, _ new: String) -> @Sendable (String) throws -> Void {
        { folder in
            try CastPacks.alter(folder) { text in
                if let range = text.range(of: old) { text.replaceSubrange(range, with: new) }
            }
        }
    }

    /// Changes the tensors of the first character.
    private static func retensor(
        _ change: @escaping @Sendable (inout [String: Tensor]) -> Void
    ) -> @Sendable (String) throws -> Void {
        { folder in
            let file = try CastPacks.vectors(folder)[0]
            var tensors = try Safetensors(contentsOf: "\(folder)/\(file)").tensors
            change(&tensors)
            try CastPacks.replace(file, in: folder, by: Safetensors(tensors: tensors).encoded())
        }
    }

    private static func with(_ tensor: Tensor?, _ change: (inout [Float]) -> Void) -> Tensor? {
        tensor.map { tensor in
            var values = Array(tensor.values)
            change(&values)
            return Tensor(shape: tensor.shape, values: values)
        }
    }

    private static let faults: [(text: String, plant: @Sendable (String) throws -> Void)] = [
        (
            "its hash differs",
            { folder in
                let path = URL(filePath: "\(folder)/\(try CastPacks.vectors(folder)[0])")
                var bytes = try Data(contentsOf: path)
                bytes[bytes.count - 1] ^= 1
                try bytes.write(to: path)
            }
        ),
        (
            "its size is not",
            { folder in
                let path = "\(folder)/\(try CastPacks.vectors(folder)[0])"
                let bytes = try Data(contentsOf: URL(filePath: path))
                try bytes.prefix(bytes.count / 2).write(to: URL(filePath: path))
            }
        ),
        (
            "is missing",
            { folder in
                try FileManager.default.removeItem(atPath: "\(folder)/\(try CastPacks.vectors(folder)[0])")
            }
        ),
        (
            "safetensors",
            { folder in
                let file = try CastPacks.vectors(folder)[0]
                let bytes = try Data(contentsOf: URL(filePath: "\(folder)/\(file)"))
                try CastPacks.replace(file, in: folder, by: bytes.prefix(bytes.count / 2))
            }
        ),
        ("not a path inside", alter("\"file\" : \"vectors/", "\"file\" : \"../Stars/vectors/")),
        ("not a path inside", alter("\"file\" : \"vectors/", "\"file\" : \"/etc/vectors/")),
        ("version 2", alter("\"version\" : 1", "\"version\" : 2")),
        ("another format", alter("\"aniwho-cast-pack\"", "\"other\"")),
        ("the hash of the cast pack", alter("\"aniwho-cast-pack\"", "\"aniwho-bundle\"")),
        ("twice", alter("\"name\" : \"Itsuki Akabashi\"", "\"name\" : \"Iori Namisato\"")),
        ("there are 1 cast packs", alter("\"pack\" : 0", "\"pack\" : 1")),
        ("there are 1 cast packs", alter("\"pack\" : 0", "\"pack\" : -1")),
        ("a file holds 1 to", alter("\"count\" : 5", "\"count\" : 0")),
        ("a file holds 1 to", alter("\"count\" : 5", "\"count\" : 9223372036854775807")),
        ("does not hold 6 embeddings", alter("\"count\" : 5", "\"count\" : 6")),
        ("no vectors of width", alter("\"dimensions\" : ", "\"dimensions\" : -")),
        ("no vectors of width", alter("\"dimensions\" : ", "\"dimensions\" : 9999999999")),
        ("text direction", alter("\"name\" : \"Stars\"", "\"name\" : \"S\\u202etars\"")),
        ("at least one visible", alter("\"name\" : \"Iori Namisato\"", "\"name\" : \"\\u200b\"")),
        ("neither pictures nor rejections", alter("\"packed\" : [", "\"packed\" : null, \"other\" : [")),
        ("cannot read manifest.json", alter("\"pack\" : 0", "\"pack\" : \"0\"")),
        ("gives", alter("\"bytes\" : ", "\"bytes\" : -")),
        (
            "not finite",
            retensor { $0["embeddings"] = with($0["embeddings"]) { $0[3] = .nan } }
        ),
        (
            "not finite",
            retensor { $0["embeddings"] = with($0["embeddings"]) { $0[3] = -.infinity } }
        ),
        (
            "no prototype that is the mean",
            retensor { $0["prototype"] = with($0["prototype"]) { $0[0] += 1 } }
        ),
        ("no prototype that is the mean", retensor { $0["prototype"] = nil }),
        ("does not hold 5 embeddings", retensor { $0["embeddings"] = nil }),
        (
            "longer than any",
            retensor { tensors in
                tensors["embeddings"] = with(tensors["embeddings"]) { values in values = values.map { _ in 1e15 } }
                tensors["prototype"] = with(tensors["prototype"]) { values in values = values.map { _ in 1e15 } }
            }
        ),
        (
            "only plain files",
            { folder in
                let path = "\(folder)/\(try CastPacks.vectors(folder)[0])"
                try FileManager.default.moveItem(atPath: path, toPath: folder + "/away")
                try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: folder + "/away")
            }
        ),
    ]

    /// One registry for all of them: nothing of any comes in, so that the next one meets it as the first one did.
    @Test func `nothing of it comes in`() async throws {
        let source = try await CastPacks.fabricated()
        let whole = try await CastPacks.exported(source)
        let target = try await DaemonFixture(model: CastPacks.settings)
        let folder = target.path + "/Stars"
        for (number, fault) in Self.faults.enumerated() {
            try FileManager.default.copyItem(atPath: whole, toPath: folder)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try fault.plant(folder)
            let error = await #expect(throws: APIError.self, "\(number) \(fault.text)") {
                _ = try await CastPacks.read(.init(folder: folder, settings: true), target.services)
            }
            #expect([.badBundle, .badModel, .invalidName].contains(error?.code), "\(number) \(error?.message ?? "")")
            #expect(error?.message.contains(fault.text) == true, "\(number) \(error?.message ?? "")")
            let counts = try await target.registry.counts()
            #expect(counts.characters == 0 && counts.images == 0)
            #expect(try await target.registry.packs().isEmpty)
            #expect(!FileManager.default.fileExists(atPath: target.path + "/data/uploads/bundle"))
        }
        // Whole, it comes in.
        #expect(try await CastPacks.read(.init(folder: whole), target.services).vectors == 15)
    }
}
