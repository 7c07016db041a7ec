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
