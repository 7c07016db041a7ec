import API
import Embedding
import FewShot
import Geometry
import Registry
import Synchronization

extension GroupInbox: Route {
    static var effect: Effect { .computes }
    static var work: RouteWork { .long }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let place = try request.page.groupPlace
        let pictures = try await services.registry.inboxPictures().map(\.id)
        let state = "inbox \(pictures) \(try await services.state())"
        var answer = try await services.reviews(state) { _ in
            if let known = services.inboxGroups.made(in: state) { return known }
            let made = try await groups(services)
            // A picture that came meanwhile may go again, and the state would be as it was.
            if made.groups.flatMap(\.pictures).map(\.id).sorted() == pictures { services.inboxGroups.keep(made, state) }
            return made
        }
        let rest = place.map { place in answer.groups.filter { place < $0.place } } ?? answer.groups
        (answer.groups, answer.next) = request.page.first(of: rest) { $0.place.description }
        return answer
    }

    /// All groups, the largest first.
    private static func groups(_ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            try await services.embedInbox(active)
            let model = active.model
            let stored = try await services.registry.inboxPictures()
            let all = try await services.registry.inboxEmbeddings(model: model.identity)
            let embeddings = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0.vector) })
            // A picture that is kept or discarded at this moment may be in only one of the two.
            let pictures = stored.filter { embeddings[$0.id] != nil }.prefix(AverageLinkage.mostPictures)
            let vectors = pictures.compactMap { embeddings[$0.id] }
            let (threshold, origin) = try await threshold(model, services)
            let groups = try await services.reviews.background.inPortions { check in
                try AverageLinkage.groups(vectors, within: threshold, check: check)
            }
            let means = MeanHead(support: groups.map { $0.map { vectors[$0] } }).prototypes
            let nearest = try services.registry.search(
                queries: means, model: model.identity, top: 1, temperature: services.meanTemperature(of: model))
            return Response(
                threshold: threshold, thresholdFrom: origin,
                groups: zip(groups, nearest).map { group, near in
                    InboxGroup(
                        pictures: group.map { pictures[$0] },
                        nearest: near.first.map { NearCharacter($0) })
                })
        }
    }

    /// The distance within which two groups are one, and where it comes from.
    private static func threshold(_ model: Model, _ services: Services) async throws -> (Double, Origin) {
        do {
            return (try await services.pairs.thresholds(for: model, services).even, .registry)
        } catch let error as APIError where error.code == .tooFewImages {
            return model.radius.map { (Double($0), .model) } ?? (0, .none)
        }
    }
}

/// The groups of the inbox that were made last: its next pages take them from here while nothing has changed.
final class InboxGroups: Sendable {
    private let last = Mutex<(state: String, groups: GroupInbox.Response)?>(nil)

    /// - Parameter state: names all that the groups depend on.
    func made(in state: String) -> GroupInbox.Response? {
        last.withLock { $0?.state == state ? $0?.groups : nil }
    }

    func keep(_ groups: GroupInbox.Response, _ state: String) { last.withLock { $0 = (state, groups) } }
}

/// Where a group stands among all: larger ones come first, equally large ones in the order of their oldest pictures. Both numbers together
/// are a place also when there is no such group any more.
private struct GroupPlace: Comparable, CustomStringConvertible {
    let pictures: Int
    let oldest: Int64

    init(pictures: Int, oldest: Int64) { (self.pictures, self.oldest) = (pictures, oldest) }

    /// - Parameter text: as ``description`` gives it.
    init?(_ text: String) {
        let numbers = text.split(separator: "-", omittingEmptySubsequences: false)
        guard numbers.count == 2, let pictures = Int(numbers[0]), let oldest = Int64(numbers[1]) else { return nil }
        guard pictures > 0, oldest > 0 else { return nil }
        self.init(pictures: pictures, oldest: oldest)
    }

    var description: String { "\(pictures)-\(oldest)" }

    static func < (one: GroupPlace, other: GroupPlace) -> Bool {
        (other.pictures, one.oldest) < (one.pictures, other.oldest)
    }
}

extension InboxGroup {
    fileprivate var place: GroupPlace { GroupPlace(pictures: pictures.count, oldest: pictures.map(\.id).min() ?? 0) }
}

extension Page {
    /// The place that the page begins after; nil for the first page.
    /// - Throws: `bad_parameter`.
    fileprivate var groupPlace: GroupPlace? {
        get throws(APIError) {
            guard let after else { return nil }
            guard let place = GroupPlace(after) else { throw Self.foreign(after) }
            return place
        }
    }
}

extension KeepInInbox: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            let images = try await services.embedded(
                request.files, request.selection, .any, source: request.source, by: active)
            return try await services.registry.keepInInbox(images, model: active.model.identity)
        }
    }
}

extension NameInboxPictures: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            try await services.embedInbox(active)
            return try await services.registry.nameInboxPictures(
                request.pictures, character: request.character, model: active.model.identity)
        }
    }
}

extension DiscardInboxPictures: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        Response(discarded: try await services.registry.discardInboxPictures(request.pictures))
    }
}

extension FetchInboxFace: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let (picture, bytes) = try await services.registry.inboxPicture(request.id)
        return try await FetchFace.crop(of: bytes, picture.box, named: "picture \(picture.id) of the inbox")
    }
}

extension IgnoreInboxPictures: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        Response(ignored: try await services.registry.ignoreInboxPictures(request.pictures))
    }
}

extension ListIgnoredPictures: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let page = request.page
        let ignored = try await services.registry.ignoredPictures(before: page.number ?? .max, limit: page.reads)
        let (entries, next) = page.first(of: ignored, \.change)
        return Response(ignored: entries, next: next)
    }
}

extension FetchInboxPicture: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let (picture, bytes) = try await services.registry.inboxPicture(request.id)
        return Response(mediaType: FetchImage.mediaType(of: picture.format), bytes: bytes)
    }
}

extension Services {
    /// Pictures of the inbox that are embedded at once: few, so that other requests run in between.
    private static let page = 16

    /// Embeds the pictures in the inbox that the active model has not embedded yet: those kept under another model.
    ///
    /// The vectors belong to pictures that are there: keeping them changes nothing that a user sees, so a reader's request may do it.
    /// - Throws: `bad_image`, naming a picture that cannot be read any more; `modelNotActive`; `CancellationError`.
    func embedInbox(_ active: ModelHost.Active) async throws {
        let identity = active.model.identity
        while true {
            try Task.checkCancellation()
            let page = try await registry.inboxPicturesWithoutEmbedding(model: identity, limit: Self.page)
            guard !page.isEmpty else { return }
            let files = page.map { FilePart(name: "picture \($0.id) of the inbox", bytes: $0.bytes) }
            let pictures = try await Picture.decode(files, for: active.model, .stored(page.map(\.box)))
            let vectors = await inference.embed(pictures.flatMap(\.faces).map(\.prepared), with: active.embedder)
            try await Registry.$isReadOnly.withValue(false) {
                try await registry.storeInboxEmbeddings(
                    model: identity, zip(page, vectors).map { (id: $0.id, vector: $1) })
            }
        }
    }
}
