import API
import Embedding
import Foundation
import Platform
import Testing

@testable import Daemon
@testable import Registry

private let maker = "maker@example.org"

/// Signatures of cast packs, made and checked by the real `ssh-keygen`, which `scripts/setup` installs.
@Suite(.serialized) struct CastPackSignatureTests {
    /// Runs `ssh-keygen` to its end.
    private static func keygen(_ arguments: String...) throws {
        let program = try #require(InstalledProgram.path("ssh-keygen"), "install openssh-client")
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    /// Makes a key. - Returns: the line of a list of allowed signers.
    private static func key(_ path: String, for signer: String) throws -> String {
        try keygen("-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path)
        return "\(signer) \(try String(contentsOfFile: path + ".pub", encoding: .utf8))"
    }

    /// A pack that its maker has signed, and the list that allows the maker.
    private static func signed(
        _ source: DaemonFixture
    ) async throws -> (folder: String, list: String) {
        let folder = try await CastPacks.exported(source)
        let list = try key(source.path + "/key", for: maker)
        try keygen("-Y", "sign", "-f", source.path + "/key", "-n", CastPack.namespace, folder + "/manifest.json")
        return (folder, list)
    }

    @Test func `a good signature is checked and kept`() async throws {
        let source = try await CastPacks.fabricated()
        let (folder, list) = try await Self.signed(source)
        let target = try await DaemonFixture(model: CastPacks.settings)
        // Without a demand nobody's signature is checked, and none is claimed.
        _ = try await CastPacks.read(.init(folder: folder), target.services)
        #expect(try await target.registry.packs().map(\.signer) == [nil])
        _ = try await target.registry.removePack(1)
        let imported = try await CastPacks.read(
            .init(folder: folder, allowedSigners: "# makers\n" + list, signer: maker), target.services)
        #expect(imported.signer == maker && imported.vectors == 15)
        #expect(try await target.registry.packs().map(\.signer) == [maker])
    }

    /// What is wrong with a signed pack or with the demand, and what the refusal says.
    private static let faults:
        [(text: String, plant: @Sendable (_ pack: String, _ demand: inout Demand) throws -> Void)] = [
            ("not signed", { pack, _ in try FileManager.default.removeItem(atPath: pack + "/manifest.json.sig") }),
            (
                "changed after it was signed",
                { pack, _ in
                    try CastPacks.alter(pack) { $0 = $0.replacingOccurrences(of: "Iori Namisato\"", with: "Iori\"") }
                }
            ),
            (
                "no signature for “aniwho-cast-pack”",
                { pack, demand in
                    try FileManager.default.removeItem(atPath: pack + "/manifest.json.sig")
                    try keygen("-Y", "sign", "-f", demand.key, "-n", "file", pack + "/manifest.json")
                }
            ),
            ("missing, empty", { pack, _ in try write("", pack) }),
            ("its signature is wrong", { pack, _ in try write("nonsense", pack) }),
            (
                "its signature is wrong",
                { pack, _ in try write("-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n", pack) }
            ),
            ("by another key: the allowed signers do not", { _, demand in demand.list = demand.other }),
            ("by another key: the allowed signers do not", { _, demand in demand.signer = "friend@example.org" }),
            ("by another key: the allowed signers do not", { _, demand in demand.list = "" }),
            (
                "by another key: the allowed signers do not",
                { _, demand in
                    demand.list = demand.list.replacing(" ", with: " namespaces=\"git\" ", maxReplacements: 1)
                }
            ),
        ]

    private struct Demand {
        var list: String
        var signer = maker
        /// The maker's key, and a list that allows another key for the maker.
        let key: String
        let other: String
    }

    private static func write(_ text: String, _ pack: String) throws {
        try Data(text.utf8).write(to: URL(filePath: pack + "/manifest.json.sig"))
    }

    @Test func `a bad, missing or foreign signature is refused, and nothing comes in`() async throws {
        let source = try await CastPacks.fabricated()
        let (whole, list) = try await Self.signed(source)
        let other = try Self.key(source.path + "/other", for: maker)
        let target = try await DaemonFixture(model: CastPacks.settings)
        let pack = target.path + "/Stars"
        for fault in Self.faults {
            try FileManager.default.copyItem(atPath: whole, toPath: pack)
            defer { try? FileManager.default.removeItem(atPath: pack) }
            var demand = Demand(list: list, key: source.path + "/key", other: other)
            try fault.plant(pack, &demand)
            let request = ReadBundle.Request(
                folder: pack, allowedSigners: demand.list, signer: demand.signer)
            let error = await #expect(throws: APIError.self, "\(fault.text)") {
                _ = try await CastPacks.read(request, target.services)
            }
            #expect(error?.code == .badBundle && error?.message.contains(fault.text) == true, "\(error?.message ?? "")")
            #expect(try await target.registry.counts().characters == 0)
            #expect(try await target.registry.packs().isEmpty)
            #expect(!FileManager.default.fileExists(atPath: target.path + "/data/uploads/bundle"))
        }
    }

    @Test func `half a demand is a mistake`() async throws {
        for (list, signer) in [(nil, maker), ("list", nil), ("list", ""), ("list", "a\nb")] as [(String?, String?)] {
            #expect(throws: APIError.self) {
                _ = try BundleSignature(.init(folder: "/f", allowedSigners: list, signer: signer))
            }
        }
        let none = try BundleSignature(.init(folder: "/f"))
        #expect(none == nil)
    }
}
