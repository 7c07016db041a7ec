import API
import Embedding
import Registry

extension Services {
    /// Pictures of the inbox that are embedded in one step: few, so that requests get their turn in between.
    private static let page = 16

    /// Embeds the pictures in the inbox that lack their vector of the active model: those kept under another one.
    /// - Throws: `bad_image`, naming a picture that cannot be read any more; `modelNotActive`.
    func embedInbox(_ active: ModelHost.Active) async throws {
        let identity = active.model.identity
        while true {
            let page = try await registry.unknownsWithoutEmbedding(model: identity, limit: Self.page)
            guard !page.isEmpty else { return }
            let files = page.map { FilePart(name: "picture \($0.id) of the inbox", bytes: $0.bytes) }
            let pictures = try await Picture.decode(files, for: active.model.transform)
            let vectors = await inference.embed(pictures.map(\.prepared), with: active.embedder)
            try await registry.storeUnknownEmbeddings(
                model: identity, zip(page, vectors).map { (id: $0.id, vector: $1) })
        }
    }
}
