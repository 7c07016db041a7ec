import API
import Embedding
import Foundation
import Platform
import Testing

@testable import Daemon
@testable import Registry

/// Signatures of cast packs, made and checked by the real `ssh-keygen`, which `scripts/setup` installs.
@Suite(.serialized) struct CastPackSignatureTests {
    private static let maker = "maker@example.org"

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
        _ source: DaemonFixture, namespace: String = CastPack.namespace
    ) async throws -> (folder: String, list: String) {
        let folder = try await CastPacks.exported(source)
        let list = try key(source.path + "/key", for: maker)
        try keygen("-Y", "sign", "-f", source.path + "/key", "-n", namespace, folder + "/manifest.json")
        return (folder, list)
    }

    private static func refusal(
        _ folder: String, _ list: String?, _ signer: String? = maker
    ) async throws -> APIError {
        let target = try await DaemonFixture(model: CastPacks.settings)
        let error = await #expect(throws: APIError.self) {
            _ = try await CastPacks.read(
                .init(folder: folder, allowedSigners: list, signer: signer), target.services)
        }
        #expect(try await target.registry.counts().characters == 0)
        #expect(try await target.registry.packs().isEmpty)
        #expect(!FileManager.default.fileExists(atPath: target.path + "/data/uploads/bundle"))
        return try #require(error)
    }

    @Test func `a good signature is checked and kept`() async throws {
        let source = try await CastPacks.enrolled()
        let (folder, list) = try await Self.signed(source)
        let target = try await DaemonFixture(model: CastPacks.settings)
        let imported = try await CastPacks.read(
            .init(folder: folder, allowedSigners: "# makers\n" + list, signer: Self.maker), target.services)
        #expect(imported.signer == Self.maker && imported.vectors == 15)
        #expect(try await target.registry.packs().map(\.signer) == [Self.maker])
        // Without a demand nobody's signature is checked, and none is claimed.
        let other = try await DaemonFixture(model: CastPacks.settings)
        _ = try await CastPacks.read(.init(folder: folder), other.services)
        #expect(try await other.registry.packs().map(\.signer) == [nil])
    }

    @Test func `a pack without a signature is refused where one is demanded`() async throws {
        let source = try await CastPacks.enrolled()
        let folder = try await CastPacks.exported(source)
        let list = try Self.key(source.path + "/key", for: Self.maker)
        let error = try await Self.refusal(folder, list)
        #expect(error.code == .badBundle && error.message.contains("not signed"))
    }

    @Test func `a pack that was changed after it was signed is refused`() async throws {
        let source = try await CastPacks.enrolled()
        let (folder, list) = try await Self.signed(source)
        try CastPacks.alter(folder) { $0 = $0.replacingOccurrences(of: "Iori Namisato\"", with: "Iori\"") }
        let error = try await Self.refusal(folder, list)
        #expect(error.code == .badBundle && error.message.contains("changed after it was signed"))
    }

    @Test func `a signature for another purpose is refused`() async throws {
        let source = try await CastPacks.enrolled()
        let (folder, list) = try await Self.signed(source, namespace: "file")
        let error = try await Self.refusal(folder, list)
        #expect(error.code == .badBundle && error.message.contains("no signature for “aniwho-cast-pack”"))
    }

    @Test func `a good signature by somebody else is refused`() async throws {
        let source = try await CastPacks.enrolled()
        let (folder, list) = try await Self.signed(source)
        let other = try Self.key(source.path + "/other", for: Self.maker)
        for (list, signer) in [(other, Self.maker), (list, "friend@example.org"), ("", Self.maker)] {
            let error = try await Self.refusal(folder, list, signer)
            #expect(error.code == .badBundle && error.message.contains("by another key: the allowed signers do not"))
            #expect(error.message.contains("SHA256:"))
        }
    }

    @Test(arguments: ["", "nonsense", "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"])
    func `what is no signature is refused`(text: String) async throws {
        let source = try await CastPacks.enrolled()
        let (folder, list) = try await Self.signed(source)
        try Data(text.utf8).write(to: URL(filePath: folder + "/manifest.json.sig"))
        let error = try await Self.refusal(folder, list)
        #expect(error.code == .badBundle && error.message.contains("its signature is wrong"))
    }

    @Test func `half a demand is a mistake`() async throws {
        for (list, signer) in [(nil, Self.maker), ("list", nil), ("list", ""), ("list", "a\nb")] as [(String?, String?)]
        {
            #expect(throws: APIError.self) {
                _ = try BundleSignature(.init(folder: "/f", allowedSigners: list, signer: signer))
            }
        }
        let none = try BundleSignature(.init(folder: "/f"))
        #expect(none == nil)
    }
}
