import API
import Embedding
import Foundation

/// A file on its way into the registry.
struct ImportedFile {
    let path: String
    /// What it is to be called; errors begin with it.
    let name: String

    /// - Throws: `file_not_found` when it cannot be read.
    static func bytes(at path: String) throws(APIError) -> Data {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw APIError(.fileNotFound, "the model file cannot be read: \(path)")
        }
        return bytes
    }

    /// The file's bytes and what they hold, where that is what is wanted.
    /// - Throws: `file_not_found`; `bad_model` when it is of the other kind, which says what imports that, or is unusable.
    func read<Content>(
        as kind: ModelFileKind, _ parse: (Data) throws(ModelError) -> Content
    ) throws(APIError) -> (bytes: Data, content: Content) {
        let bytes = try Self.bytes(at: path)
        do throws(ModelError) {
            switch (try ModelFileKind(bytes), kind) {
            case (.classifier, .model):
                throw ModelError(.invalidModel, "this is a trained classifier; use `aniwho classifiers import`")
            case (.model, .classifier):
                throw ModelError(
                    .invalidModel, "this is a model, not a trained classifier; use `aniwho models import`")
            case (.model, .model), (.classifier, .classifier): return (bytes, try parse(bytes))
            }
        } catch { throw APIError(.badModel, "\(name): \(error.message)") }
    }
}
