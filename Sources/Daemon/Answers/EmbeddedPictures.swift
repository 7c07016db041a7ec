import API
import Embedding
import Imaging
import Options
import Registry

extension Services {
    /// Decodes uploaded pictures, and applies a model's transform.
    /// - Throws: `bad_image`, naming the first file that is bad.
    func decoded(_ files: [FilePart], for transform: EvaluationTransform) async throws(APIError) -> [Picture] {
        let start = ContinuousClock.now
        defer { metrics.count(.decode, .now - start) }
        return try await Picture.decode(files, for: transform)
    }

    /// Decodes uploaded pictures and embeds them, ready for the registry.
    /// - Parameter source: where they come from; each one's file name when nil.
    /// - Throws: `bad_image`, naming the first file that is bad.
    func embedded(_ files: [FilePart], source: String?, by active: ModelHost.Active) async throws -> [NewImage] {
        let pictures = try await decoded(files, for: active.model.transform)
        let vectors = await inference.embed(pictures.map(\.prepared), with: active.embedder)
        return zip(pictures, vectors).map { picture, vector in
            NewImage(
                bytes: picture.file.bytes, sha256: ContentHash.sha256(picture.file.bytes),
                format: picture.format.rawValue, width: picture.width, height: picture.height,
                source: source ?? picture.file.name ?? "", embedding: vector)
        }
    }

    /// - Throws: `characterNotFound`, with the name that was perhaps meant; `invalidName`.
    func checkExists(character name: String) async throws(RegistryError) {
        do throws(RegistryError) { _ = try await registry.character(named: name) } catch {
            guard error.code == .characterNotFound,
                let near = Spelling.nearest(to: name, among: registry.enrolledNames.sorted())
            else { throw error }
            throw RegistryError(error.code, "\(error.message); did you mean '\(near)'?")
        }
    }
}
