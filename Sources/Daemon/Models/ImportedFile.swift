import API
import Embedding
import Foundation
import Platform

/// A model or classifier file to import. It is to be read on a thread of its own: a file of a gigabyte takes long.
struct ImportedFile {
    let path: String
    /// The name to give it; error messages begin with it.
    let name: String

    /// - Throws: `file_not_found` when it cannot be read.
    static func bytes(at path: String) throws(APIError) -> Data {
        do { return try Data(contentsOf: URL(filePath: path)) } catch {
            throw APIError(.fileNotFound, "cannot read the model file \(path): \(SystemReason.text(error))")
        }
    }

    /// The content of a file that the registry may have already.
    /// - Returns: its SHA-256, hexadecimal, and the name that it gets otherwise: the file's without its ending.
    /// - Throws: `file_not_found`.
    static func identity(of path: String) async throws -> (identity: String, name: String) {
        let identity = try await onOwnThread("aniwho.import") { ContentHash.sha256(try bytes(at: path)) }
        return (identity, ((path as NSString).lastPathComponent as NSString).deletingPathExtension)
    }

    /// Checks the bytes of a file that the registry has stored.
    /// - Parameter what: the file in an error message, such as `model 'X'`.
    /// - Throws: `bad_model` when they are not the ones that were stored.
    static func check(_ bytes: Data, stored identity: String, of what: String) throws(APIError) {
        guard ContentHash.sha256(bytes) == identity else {
            throw APIError(.badModel, "the stored file of \(what) is damaged; restore a backup")
        }
    }

    /// Reads and parses the file.
    /// - Throws: `file_not_found`; `bad_model` if the file is of the other kind, naming the command that imports that, or unusable.
    func read<Content>(
        as kind: ModelFileKind, _ parse: (Data) throws(ModelError) -> Content
    ) throws(APIError) -> (bytes: Data, content: Content) {
        let bytes = try Self.bytes(at: path)
        do throws(ModelError) {
            let found = try ModelFileKind(bytes)
            guard found == kind else {
                throw ModelError(.invalidModel, "this is \(found.phrase); use `aniwho \(found.command) import`")
            }
            return (bytes, try parse(bytes))
        } catch { throw APIError(.badModel, "\(name): \(error.message)") }
    }
}
