import API
import Foundation
import Platform

/// A demand for a signature of a bundle's manifest, which names every file with its hash. OpenSSH's `ssh-keygen` checks it.
struct BundleSignature: Sendable {
    let signer: String
    private let allowedSigners: String

    /// The largest signature, and the largest list of allowed signers, in bytes.
    static let mostBytes = 65_536
    /// How long the program may take.
    private static let patience = Duration.seconds(10)

    /// - Returns: nil when nobody's signature is demanded.
    /// - Throws: `bad_request` when only one of signer and list is given, or one of them cannot be meant.
    init?(_ request: ReadBundle.Request) throws(APIError) {
        guard request.signer != nil || request.allowedSigners != nil else { return nil }
        guard let signer = request.signer, let allowedSigners = request.allowedSigners else {
            throw APIError(.badRequest, "a signature is checked against allowed_signers and signer: give both")
        }
        guard !signer.isEmpty, signer.utf8.count <= 500,
            !signer.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw APIError(.badRequest, "signer is an identity such as maker@example.org, in one line") }
        guard allowedSigners.utf8.count <= Self.mostBytes else {
            throw APIError(.badRequest, "allowed_signers has more than \(Self.mostBytes) bytes")
        }
        (self.signer, self.allowedSigners) = (signer, allowedSigners)
    }

    /// - Parameters:
    ///   - signature: the file with the signature; nil when there is none.
    ///   - staging: a folder that may be made and filled.
    /// - Throws: `bad_bundle` when the signature is missing, is not one of these bytes for this purpose, or is by a key that is not allowed
    ///   for the signer; `internal` when the program is not installed.
    func check(_ signature: Data?, of manifest: Data, staging: String) throws(APIError) {
        guard let signature else {
            throw APIError(
                .badBundle,
                "it is not signed: \(CastPack.signature) is missing, empty or no plain file, and a signature by “\(signer)” is demanded"
            )
        }
        let (list, file) = ("\(staging)/allowed_signers", "\(staging)/signature")
        do {
            try FileManager.default.createDirectory(
                atPath: staging, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try Data(allowedSigners.utf8).write(to: URL(filePath: list))
            try signature.write(to: URL(filePath: file))
        } catch { throw APIError(fileError: error, "cannot write \(staging)") }
        guard let good = try Self.run(["check-novalidate", "-s", file], manifest) else {
            throw APIError(
                .badBundle,
                "its signature is wrong: \(BundleManifest.name) was changed after it was signed, or \(CastPack.signature) is no signature for “\(CastPack.namespace)”"
            )
        }
        guard try Self.run(["verify", "-f", list, "-I", signer, "-s", file], manifest) != nil else {
            let key = good.split(separator: " ").last { $0.hasPrefix("SHA256:") }.map { " \($0)" } ?? ""
            throw APIError(
                .badBundle,
                "its signature is by another key: the allowed signers do not name the key\(key) for “\(signer)”")
        }
    }

    /// Runs a command about a signature.
    /// - Returns: what it printed; nil when it says that the signature is not good.
    private static func run(_ arguments: [String], _ manifest: Data) throws(APIError) -> String? {
        guard let program = InstalledProgram.path("ssh-keygen") else {
            throw APIError(
                .internal,
                "checking a signature needs the program ssh-keygen, which the daemon does not find. Install the package openssh-client, for example with: apt-get install openssh-client"
            )
        }
        let words = ["-Y", arguments[0], "-n", CastPack.namespace] + arguments.dropFirst()
        do throws(POSIXError) {
            let child = try ChildReader.filter(
                program, words, input: [UInt8](manifest), deadline: .now + patience)
            let output = String(decoding: child.read(upTo: 4096), as: UTF8.self)
            return child.end() == .exited(0) ? output : nil
        } catch { throw APIError(.internal, "cannot start \(program): \(SystemReason.text(error))") }
    }
}
