import API
import Foundation

/// Requests: the target in the first line, the content type in the second, then the body.
enum FuzzedRequests {
    static func feed(_ bytes: [UInt8]) throws(BrokenPromise) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
        guard lines.count == 3 else { return }
        let target = String(decoding: lines[0], as: UTF8.self)
            .split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let contentType = String(decoding: lines[1], as: UTF8.self)
        guard let path = target.first, let query = try? PercentEncoding.decodeQuery(target.count > 1 ? target[1] : "")
        else { return }
        for reader in readers {
            guard let parameters = try? reader.path.match(path) else { continue }
            guard let body = try? body(reader.body, Data(lines[2]), contentType) else { continue }
            try reader.feed(RequestMessage(parameters: parameters, query: query, body: body))
        }
    }

    private static func body(_ kind: BodyKind, _ data: Data, _ contentType: String) throws -> RequestBody {
        switch kind {
        case .none: .none
        case .json: .json(data)
        case .file: .file(path: "/nowhere")
        case .images:
            if MediaType.essence(contentType) == MediaType.multipart {
                .files(try MultipartForm.decode(data, contentType: contentType))
            } else {
                .files([FilePart(name: nil, mediaType: contentType, bytes: data)])
            }
        }
    }

    /// An endpoint without its types.
    private struct Reader: Sendable {
        let name: String
        let path: PathTemplate
        let body: BodyKind
        /// - Throws: ``BrokenPromise`` where a request that was read cannot be sent on as the same.
        let feed: @Sendable (RequestMessage) throws(BrokenPromise) -> Void

        init<E: Endpoint>(_ endpoint: E.Type) {
            self.init(name: "\(E.self)", path: E.path, body: E.body, E.Request.self)
        }

        init<E: StreamingEndpoint>(_ endpoint: E.Type) {
            self.init(name: "\(E.self)", path: E.path, body: E.body, E.Request.self)
        }

        private init<Request: EndpointRequest>(
            name: String, path: String, body: BodyKind, _ request: Request.Type
        ) {
            self.name = name
            self.path = PathTemplate(path)
            self.body = body
            feed = { message throws(BrokenPromise) in
                guard let request = try? Request(message: message) else { return }
                guard let sent = try? request.message(), let again = try? Request(message: sent),
                    let sentAgain = try? again.message()
                else { throw BrokenPromise("\(path): a request that was read cannot be sent and read again") }
                try BrokenPromise.check(sent == sentAgain, "\(path): a request changes when it is sent on")
            }
        }
    }

    /// The names of the endpoints whose requests are fuzzed.
    static var endpoints: [String] { readers.map(\.name) }

    /// Every endpoint of the API.
    private static let readers: [Reader] = [
        Reader(AddWebhook.self),
        Reader(CancelJob.self),
        Reader(ChangeAliases.self),
        Reader(ChangeBox.self),
        Reader(ChangeTags.self),
        Reader(CheckHealth.self),
        Reader(CheckReadiness.self),
        Reader(ClassifyImages.self),
        Reader(ClassifyTogether.self),
        Reader(CompareHeads.self),
        Reader(CreateCharacter.self),
        Reader(CreateLink.self),
        Reader(CreateToken.self),
        Reader(DiscardInboxPictures.self),
        Reader(EmptyTrash.self),
        Reader(EnrollImages.self),
        Reader(FetchCharacterThumbnail.self),
        Reader(FetchFace.self),
        Reader(FetchImage.self),
        Reader(FetchInboxFace.self),
        Reader(FetchInboxPicture.self),
        Reader(FetchInboxThumbnail.self),
        Reader(FetchMetrics.self),
        Reader(FetchModel.self),
        Reader(FetchOpenAPI.self),
        Reader(FetchPage.self),
        Reader(FetchPageFile.self),
        Reader(FetchReport.self),
        Reader(FetchThumbnail.self),
        Reader(FindSimilarImages.self),
        Reader(GetStatus.self),
        Reader(GroupInbox.self),
        Reader(IgnoreInboxPictures.self),
        Reader(ImportClassifier.self),
        Reader(ImportDetector.self),
        Reader(ImportModel.self),
        Reader(KeepInInbox.self),
        Reader(ListAudit.self),
        Reader(ListCharacters.self),
        Reader(ListClassifiers.self),
        Reader(ListDetectors.self),
        Reader(ListHeads.self),
        Reader(ListIgnoredPictures.self),
        Reader(ListImages.self),
        Reader(ListJobs.self),
        Reader(ListModels.self),
        Reader(ListPacks.self),
        Reader(ListRejections.self),
        Reader(ListSessions.self),
        Reader(ListTags.self),
        Reader(ListTokens.self),
        Reader(ListTrash.self),
        Reader(ListWebhooks.self),
        Reader(LogIn.self),
        Reader(LogOut.self),
        Reader(MergeCharacter.self),
        Reader(MoveImages.self),
        Reader(NameInboxPictures.self),
        Reader(NoteCharacter.self),
        Reader(ProposeSplit.self),
        Reader(PruneJobs.self),
        Reader(ReadBundle.self),
        Reader(RebuildPrototypes.self),
        Reader(RejectImages.self),
        Reader(RemoveCharacter.self),
        Reader(RemoveClassifier.self),
        Reader(RemoveDetector.self),
        Reader(RemoveImage.self),
        Reader(RemoveImages.self),
        Reader(RemoveModel.self),
        Reader(RemovePack.self),
        Reader(RemoveRejection.self),
        Reader(RemoveWebhook.self),
        Reader(RenameCharacter.self),
        Reader(ResetCalibration.self),
        Reader(RestoreTrash.self),
        Reader(ReviewCharacter.self),
        Reader(ReviewRegistry.self),
        Reader(RevokeSession.self),
        Reader(RevokeToken.self),
        Reader(RollBackDetector.self),
        Reader(RollBackModel.self),
        Reader(RunCalibration.self),
        Reader(SetSeries.self),
        Reader(ShowCalibration.self),
        Reader(ShowCharacter.self),
        Reader(ShowClassifier.self),
        Reader(ShowJob.self),
        Reader(ShowModel.self),
        Reader(ShowSession.self),
        Reader(SplitCharacter.self),
        Reader(StartJob.self),
        Reader(TestWebhook.self),
        Reader(TryCalibration.self),
        Reader(UndoChange.self),
        Reader(UseDetector.self),
        Reader(UseHead.self),
        Reader(UseModel.self),
        Reader(VerifyImages.self),
        Reader(WatchChanges.self),
        Reader(WatchJob.self),
        Reader(WriteBackup.self),
        Reader(WriteBundle.self),
    ]
}
