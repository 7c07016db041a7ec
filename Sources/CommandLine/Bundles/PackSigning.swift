import API
import Foundation
import Options
import Platform

/// Signs a cast pack with the user's own key, by OpenSSH's `ssh-keygen`: the daemon never sees the key.
struct PackSigning {
    private let key: String
    private let program: String

    /// - Returns: nil without `--sign-key`.
    /// - Throws: ``Failure`` when the key cannot be read or the program is not installed, before anything is written.
    init?(_ arguments: Arguments) throws {
        guard let given = arguments["sign-key"] else { return nil }
        key = URL(filePath: given).absoluteURL.standardized.path
        guard FileManager.default.isReadableFile(atPath: key) else {
            throw Failure(.fileNotFound, "cannot read the key \(key)")
        }
        guard let program = InstalledProgram.path("ssh-keygen") else {
            throw Failure(
                .usage,
                "--sign-key needs the program ssh-keygen, which is not installed. Install the package openssh-client, for example with: apt-get install openssh-client"
            )
        }
        self.program = program
    }

    /// Writes the signature of a pack's manifest beside it.
    /// - Throws: ``Failure``, which says that the pack is there without a signature.
    func sign(_ folder: String) throws(Failure) {
        let manifest = "\(folder)/\(CastPack.manifest)"
        let unsigned = "the cast pack is at \(folder), but it is not signed"
        guard FileManager.default.isReadableFile(atPath: manifest) else {
            throw Failure(
                .storage,
                "\(unsigned): you may not read what the daemon wrote. Sign it as the daemon's user, or copy it first, with: ssh-keygen -Y sign -f KEY -n \(CastPack.namespace) \(CastPack.manifest)"
            )
        }
        let status: Int32?
        do throws(POSIXError) {
            status = try AttachedProgram.run(
                program, ["-q", "-Y", "sign", "-f", key, "-n", CastPack.namespace, manifest])
        } catch { throw Failure(.storage, "\(unsigned): cannot start \(program): \(SystemReason.text(error))") }
        guard status == 0, FileManager.default.fileExists(atPath: "\(folder)/\(CastPack.signature)") else {
            throw Failure(
                .badInput,
                "\(unsigned): ssh-keygen failed. Sign it with: ssh-keygen -Y sign -f KEY -n \(CastPack.namespace) \(manifest)"
            )
        }
    }
}
