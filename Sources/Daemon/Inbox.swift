import API
import Embedding
import FewShot
import Imaging
import Registry

extension ListInbox: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            try await services.embedInbox(active)
            let model = active.model
            let records = try await services.registry.inboxPictures()
            let all = try await services.registry.unknownEmbeddings(model: model.identity)
            let embeddings = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0.vector) })
            // One that was kept or discarded at this moment has a record or an embedding alone.
            let pictures = records.filter { embeddings[$0.id] != nil }.prefix(AverageLinkage.mostPictures)
            let vectors = pictures.compactMap { embeddings[$0.id] }
            let (threshold, origin) = try await threshold(model, services)
            let groups = try await services.background { AverageLinkage.groups(vectors, within: threshold) }
            let means = MeanHead(support: groups.map { $0.map { vectors[$0] } }).prototypes
            let nearest = try services.registry.search(
                queries: means, model: model.identity, top: 1, temperature: services.meanTemperature(of: model))
            return Response(
                threshold: threshold, thresholdFrom: origin,
                groups: zip(groups, nearest).map { group, near in
                    InboxGroup(
                        pictures: group.map { InboxPicture(pictures[$0]) },
                        nearest: near.first.map { NearCharacter($0) })
                })
        }
    }

    private static func threshold(_ model: Model, _ services: Services) async throws -> (Double, Origin) {
        do { return (try await services.pairs.thresholds(for: model, services).even, .registry) } catch let error
            as APIError where error.code == .tooFewImages
        { return model.radius.map { (Double($0), .model) } ?? (0, .none) }
    }
}

extension KeepInInbox: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let result = try await services.withActiveModel { active in
            let images = try await services.embedded(request.files, source: request.source, by: active)
            return try await services.registry.keepInInbox(images, model: active.model.identity)
        }
        return Response(
            kept: result.kept.map { InboxPicture($0) }, known: result.known, enrolled: result.enrolled)
    }
}

extension InboxPicture {
    init(_ record: InboxRecord) {
        self.init(
            id: record.id, sha256: record.sha256, format: record.format, bytes: record.byteCount, width: record.width,
            height: record.height, source: record.source, addedAt: record.addedAt)
    }
}

extension NameInboxPictures: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let enrollment = try await services.withActiveModel { active in
            try await services.embedInbox(active)
            return try await services.registry.nameInboxPictures(
                request.pictures, character: request.character, model: active.model.identity)
        }
        return Response(enrollment) { _ in nil }
    }
}

extension DiscardInboxPictures: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        Response(
            discarded: try await services.registry.discardInboxPictures(request.pictures).map { InboxPicture($0) })
    }
}

extension FetchInboxPicture: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let (record, bytes) = try await services.registry.unknown(request.id)
        let format = ImageFormat(rawValue: record.format)
        return Response(mediaType: format?.mediaType ?? MediaType.octetStream, bytes: bytes)
    }
}

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
            try await registry.storeInboxEmbeddings(
                model: identity, zip(page, vectors).map { (id: $0.id, vector: $1) })
        }
    }
}
