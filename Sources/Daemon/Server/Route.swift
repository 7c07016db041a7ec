import API

/// An endpoint that the daemon answers. A route is in the file of its subject.
protocol Route: Endpoint {
    /// The role that may call it. The default is reader for GET and operator for the rest.
    static var role: Role { get }

    /// Whether the bearer of a token may call it; the default is true. If false, only users on the socket may: false for tokens themselves,
    /// and for requests that name a path for the daemon to read or write.
    static var admitsTokens: Bool { get }

    /// - Throws: `APIError`, or an error of a module below, which ``APIError/init(describing:)`` translates.
    static func answer(_ request: Request, _ services: Services) async throws -> Response
}

/// A streaming endpoint that the daemon answers.
protocol StreamingRoute: StreamingEndpoint {
    /// As ``Route/role``.
    static var role: Role { get }

    /// As ``Route/admitsTokens``.
    static var admitsTokens: Bool { get }

    /// - Returns: the lines to send.
    /// - Throws: as ``Route/answer(_:_:)``.
    static func answer(_ request: Request, _ services: Services) async throws -> any LineSource
}

extension Route {
    static var role: Role { method == .get ? .reader : .operator }
    static var admitsTokens: Bool { true }
}

extension StreamingRoute {
    static var role: Role { method == .get ? .reader : .operator }
    static var admitsTokens: Bool { true }
}

/// A route without its types, for the table.
struct RouteEntry: Sendable {
    let method: HTTPMethod
    let path: PathTemplate
    let body: BodyKind
    let role: Role
    let admitsTokens: Bool
    /// Adds the endpoint to a description of the API.
    let describe: @Sendable (inout OpenAPIDocument) throws -> Void
    let answer: @Sendable (RequestMessage, Services) async throws -> Answer

    init<R: Route>(_ route: R.Type) {
        method = R.method
        path = PathTemplate(R.path)
        body = R.body
        role = R.role
        admitsTokens = R.admitsTokens
        describe = { try $0.add(R.self, role: R.role.rawValue) }
        answer = { message, services in
            .message(try R.encode(await R.answer(R.Request(message: message), services)))
        }
    }

    init<R: StreamingRoute>(_ route: R.Type) { self.init(route) { try $0.add(R.self, role: R.role.rawValue) } }

    init<R: StreamingRoute & WorkEndpoint>(_ route: R.Type) {
        self.init(route) { try $0.add(R.self, role: R.role.rawValue) }
    }

    private init<R: StreamingRoute>(
        _ route: R.Type, describe: @escaping @Sendable (inout OpenAPIDocument) throws -> Void
    ) {
        method = R.method
        path = PathTemplate(R.path)
        body = R.body
        role = R.role
        admitsTokens = R.admitsTokens
        self.describe = describe
        answer = { message, services in .lines(try await R.answer(R.Request(message: message), services)) }
    }
}

/// Every route of the daemon, in the order of their names.
let routeTable: [RouteEntry] = [
    RouteEntry(CancelJob.self),
    RouteEntry(ChangeTags.self),
    RouteEntry(CheckHealth.self),
    RouteEntry(CheckReadiness.self),
    RouteEntry(ClassifyImages.self),
    RouteEntry(CompareHeads.self),
    RouteEntry(CreateCharacter.self),
    RouteEntry(CreateToken.self),
    RouteEntry(DiscardInboxPictures.self),
    RouteEntry(EmptyTrash.self),
    RouteEntry(EnrollImages.self),
    RouteEntry(FetchImage.self),
    RouteEntry(FetchInboxPicture.self),
    RouteEntry(FetchMetrics.self),
    RouteEntry(FetchModel.self),
    RouteEntry(FetchOpenAPI.self),
    RouteEntry(FindSimilarImages.self),
    RouteEntry(GetStatus.self),
    RouteEntry(ImportClassifier.self),
    RouteEntry(ImportModel.self),
    RouteEntry(KeepInInbox.self),
    RouteEntry(ListAudit.self),
    RouteEntry(ListCharacters.self),
    RouteEntry(ListClassifiers.self),
    RouteEntry(ListHeads.self),
    RouteEntry(ListImages.self),
    RouteEntry(ListInbox.self),
    RouteEntry(ListJobs.self),
    RouteEntry(ListModels.self),
    RouteEntry(ListRejections.self),
    RouteEntry(ListTags.self),
    RouteEntry(ListTokens.self),
    RouteEntry(ListTrash.self),
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
    RouteEntry(RemoveImage.self),
    RouteEntry(RemoveImages.self),
    RouteEntry(RemoveModel.self),
    RouteEntry(RemoveRejection.self),
    RouteEntry(RenameCharacter.self),
    RouteEntry(ResetCalibration.self),
    RouteEntry(RestoreTrash.self),
    RouteEntry(ReviewCharacter.self),
    RouteEntry(ReviewRegistry.self),
    RouteEntry(RevokeToken.self),
    RouteEntry(RollBackModel.self),
    RouteEntry(RunCalibration.self),
    RouteEntry(ShowCalibration.self),
    RouteEntry(ShowCharacter.self),
    RouteEntry(ShowClassifier.self),
    RouteEntry(ShowJob.self),
    RouteEntry(ShowModel.self),
    RouteEntry(SplitCharacter.self),
    RouteEntry(StartJob.self),
    RouteEntry(UndoChange.self),
    RouteEntry(UseHead.self),
    RouteEntry(UseModel.self),
    RouteEntry(VerifyImages.self),
    RouteEntry(WatchJob.self),
    RouteEntry(WriteBackup.self),
    RouteEntry(WriteBundle.self),
]
