import API
import Foundation
import Registry

/// An endpoint that the daemon answers. A route is in the file of its subject.
protocol Route: Endpoint {
    /// What it does. The default is ``Effect/reads`` for GET and ``Effect/changes`` for the rest.
    static var effect: Effect { get }

    /// The role that may call it. The default is operator for what changes, and reader for the rest.
    static var role: Role { get }

    /// Whether the bearer of a token, or a browser, may call it; the default is true. If false, only users on the socket may: false for tokens themselves,
    /// and for requests that name a path for the daemon to read or write.
    static var admitsTokens: Bool { get }

    /// Whether clients over TCP may call it without a token and without a session; the default is false. True for the page's own files,
    /// which hold nothing of the registry, and for logging in.
    static var isPublic: Bool { get }

    /// How long its answer takes; the default is `short`.
    static var work: RouteWork { get }

    /// - Throws: `APIError`, or an error of a module below, which ``APIError/init(describing:)`` translates.
    static func answer(_ request: Request, _ services: Services) async throws -> Response
}

/// How long the answers of a route take: it decides on the ``WorkThreads``.
enum RouteWork {
    /// A health check, which waits for nothing else.
    case health
    /// Milliseconds, if it sends few and small pictures.
    case short
    /// It reads or computes much, whatever it is asked.
    case long
}

/// A streaming endpoint that the daemon answers.
protocol StreamingRoute: StreamingEndpoint {
    /// As ``Route/effect``.
    static var effect: Effect { get }

    /// As ``Route/role``.
    static var role: Role { get }

    /// As ``Route/admitsTokens``.
    static var admitsTokens: Bool { get }

    /// - Returns: the lines to send.
    /// - Throws: as ``Route/answer(_:_:)``.
    static func answer(_ request: Request, _ services: Services) async throws -> any LineSource

    /// The number of a line's event; nil, the default, for the line's own number.
    static func number(of line: Data) -> Int64?

    /// The request for the events after one; the default is the request itself.
    static func resumed(_ request: Request, after event: Int64) -> Request
}

extension Route {
    static var effect: Effect { method == .get ? .reads : .changes }
    static var role: Role { effect == .changes ? .operator : .reader }
    static var admitsTokens: Bool { true }
    static var isPublic: Bool { false }
    static var work: RouteWork { .short }

    /// Whether its answer rests on the registry: not that of a health check, and not the page's own files.
    fileprivate static var restsOnRegistry: Bool { !isPublic && work != .health }
    fileprivate static var access: OpenAPIDocument.Access {
        .init(role: role.rawValue, isPublic: isPublic, restsOnRegistry: restsOnRegistry)
    }
}

extension StreamingRoute {
    static func number(of line: Data) -> Int64? { nil }
    static func resumed(_ request: Request, after event: Int64) -> Request { request }
    static var effect: Effect { method == .get ? .reads : .changes }
    static var role: Role { effect == .changes ? .operator : .reader }
    static var admitsTokens: Bool { true }
}

/// A route without its types, for the table.
struct RouteEntry: Sendable {
    let method: HTTPMethod
    let path: PathTemplate
    let body: BodyKind
    let effect: Effect
    let role: Role
    let admitsTokens: Bool
    let isPublic: Bool
    let work: RouteWork
    /// Whether its answer rests on the registry, whose revision it then names.
    let restsOnRegistry: Bool
    /// Whether its answer is a file, of which a part can be asked for.
    let isFile: Bool
    /// Adds the endpoint to a description of the API.
    let describe: @Sendable (inout OpenAPIDocument) throws -> Void
    let answer: @Sendable (RequestMessage, Services) async throws -> Answer

    init<R: Route>(_ route: R.Type) {
        self.init(route, known: { _ in nil }, describe: { try $0.add(R.self, R.access) })
    }

    /// A request with a known key gets its job, also if the same request without a key would be refused by now.
    init<R: Route & JobEndpoint>(_ route: R.Type) {
        self.init(
            route, known: { try await $0.registry.job(under: IdempotencyKey.current) },
            describe: { try $0.add(R.self, R.access) })
    }

    /// - Parameter known: finds an answer that was given before.
    private init<R: Route>(
        _ route: R.Type, known: @escaping @Sendable (Services) async throws -> R.Response?,
        describe: @escaping @Sendable (inout OpenAPIDocument) throws -> Void
    ) {
        precondition(R.method != .get || R.effect == .reads, "GET \(R.path) must only read")
        method = R.method
        path = PathTemplate(R.path)
        body = R.body
        effect = R.effect
        role = R.role
        admitsTokens = R.admitsTokens
        isPublic = R.isPublic
        work = R.work
        restsOnRegistry = R.restsOnRegistry
        isFile = if case .bytes = R.responseKind { true } else { false }
        self.describe = describe
        answer = { message, services in
            if let known = try await known(services) { return .message(try R.encode(known)) }
            return .message(try R.encode(await R.answer(R.Request(message: message), services)))
        }
    }

    init<R: StreamingRoute>(_ route: R.Type) {
        precondition(R.method != .get || R.effect == .reads, "GET \(R.path) must only read")
        method = R.method
        path = PathTemplate(R.path)
        body = R.body
        effect = R.effect
        role = R.role
        admitsTokens = R.admitsTokens
        isPublic = false
        work = .short
        restsOnRegistry = true
        describe = { try $0.add(R.self, .init(role: R.role.rawValue, restsOnRegistry: true)) }
        isFile = false
        answer = { message, services in
            let request = try R.Request(message: message)
            guard let wish = EventStream.Wish.current else { return .lines(try await R.answer(request, services)) }
            let lines = try await R.answer(wish.last.map { R.resumed(request, after: $0) } ?? request, services)
            return .events(EventStream(lines, after: wish.last) { R.number(of: $0) })
        }
    }
}

extension RouteEntry {
    /// A body of more bytes is long work.
    private static let largestShortBody = 1 << 20
    /// A request of more pictures is long work.
    private static let mostShortPictures = 8

    /// The threads that receive and split a body.
    func threads(forBodyOf bytes: Int) -> WorkThreads {
        switch work {
        case .health: .health
        case .long: .long
        case .short: bytes > Self.largestShortBody ? .long : .short
        }
    }

    /// The threads that answer a request.
    /// - Parameter threads: those that split its body.
    func threads(for body: RequestBody, after threads: WorkThreads) -> WorkThreads {
        if case .files(let files) = body, files.count > Self.mostShortPictures { return .long }
        return threads
    }
}

/// Every route of the daemon, in the order of their names.
let routeTable: [RouteEntry] = [
    RouteEntry(AddWebhook.self),
    RouteEntry(CancelJob.self),
    RouteEntry(ChangeAliases.self),
    RouteEntry(ChangeBox.self),
    RouteEntry(ChangeTags.self),
    RouteEntry(CheckHealth.self),
    RouteEntry(CheckReadiness.self),
    RouteEntry(ClassifyImages.self),
    RouteEntry(ClassifyTogether.self),
    RouteEntry(CompareHeads.self),
    RouteEntry(CreateCharacter.self),
    RouteEntry(CreateLink.self),
    RouteEntry(CreateToken.self),
    RouteEntry(DiscardInboxPictures.self),
    RouteEntry(EmptyTrash.self),
    RouteEntry(EnrollImages.self),
    RouteEntry(FetchCharacterThumbnail.self),
    RouteEntry(FetchFace.self),
    RouteEntry(FetchImage.self),
    RouteEntry(FetchInboxFace.self),
    RouteEntry(FetchInboxPicture.self),
    RouteEntry(FetchInboxThumbnail.self),
    RouteEntry(FetchMetrics.self),
    RouteEntry(FetchModel.self),
    RouteEntry(FetchOpenAPI.self),
    RouteEntry(FetchPage.self),
    RouteEntry(FetchPageFile.self),
    RouteEntry(FetchReport.self),
    RouteEntry(FetchThumbnail.self),
    RouteEntry(FindSimilarImages.self),
    RouteEntry(GetStatus.self),
    RouteEntry(GroupInbox.self),
    RouteEntry(IgnoreInboxPictures.self),
    RouteEntry(ImportClassifier.self),
    RouteEntry(ImportDetector.self),
    RouteEntry(ImportModel.self),
    RouteEntry(KeepInInbox.self),
    RouteEntry(ListAudit.self),
    RouteEntry(ListCharacters.self),
    RouteEntry(ListClassifiers.self),
    RouteEntry(ListDetectors.self),
    RouteEntry(ListHeads.self),
    RouteEntry(ListIgnoredPictures.self),
    RouteEntry(ListImages.self),
    RouteEntry(ListJobs.self),
    RouteEntry(ListModels.self),
    RouteEntry(ListPacks.self),
    RouteEntry(ListRejections.self),
    RouteEntry(ListSessions.self),
    RouteEntry(ListTags.self),
    RouteEntry(ListTokens.self),
    RouteEntry(ListTrash.self),
    RouteEntry(ListWebhooks.self),
    RouteEntry(LogIn.self),
    RouteEntry(LogOut.self),
    RouteEntry(MergeCharacter.self),
    RouteEntry(MoveImages.self),
    RouteEntry(NameInboxPictures.self),
    RouteEntry(NoteCharacter.self),
    RouteEntry(ProposeSplit.self),
    RouteEntry(PruneJobs.self),
    RouteEntry(ReadBundle.self),
    RouteEntry(RebuildPrototypes.self),
    RouteEntry(RejectImages.self),
    RouteEntry(RemoveCharacter.self),
    RouteEntry(RemoveClassifier.self),
    RouteEntry(RemoveDetector.self),
    RouteEntry(RemoveImage.self),
    RouteEntry(RemoveImages.self),
    RouteEntry(RemoveModel.self),
    RouteEntry(RemovePack.self),
    RouteEntry(RemoveRejection.self),
    RouteEntry(RemoveWebhook.self),
    RouteEntry(RenameCharacter.self),
    RouteEntry(ResetCalibration.self),
    RouteEntry(RestoreTrash.self),
    RouteEntry(ReviewCharacter.self),
    RouteEntry(ReviewRegistry.self),
    RouteEntry(RevokeSession.self),
    RouteEntry(RevokeToken.self),
    RouteEntry(RollBackDetector.self),
    RouteEntry(RollBackModel.self),
    RouteEntry(RunCalibration.self),
    RouteEntry(SetSeries.self),
    RouteEntry(ShowCalibration.self),
    RouteEntry(ShowCharacter.self),
    RouteEntry(ShowClassifier.self),
    RouteEntry(ShowJob.self),
    RouteEntry(ShowModel.self),
    RouteEntry(ShowSession.self),
    RouteEntry(SplitCharacter.self),
    RouteEntry(StartJob.self),
    RouteEntry(TestWebhook.self),
    RouteEntry(TryCalibration.self),
    RouteEntry(UndoChange.self),
    RouteEntry(UseDetector.self),
    RouteEntry(UseHead.self),
    RouteEntry(UseModel.self),
    RouteEntry(VerifyImages.self),
    RouteEntry(WatchChanges.self),
    RouteEntry(WatchJob.self),
    RouteEntry(WriteBackup.self),
    RouteEntry(WriteBundle.self),
]
