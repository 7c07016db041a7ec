import API
import Foundation
import Testing

/// The requests in `samples/requests`: each reaches its endpoint. Request and answer stay the same when they are read and written.
struct RequestFileTests {
    static let samples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "samples")

    static let endpoints: [any Endpoint.Type] = [
        AddWebhook.self,
        CancelJob.self,
        ChangeAliases.self,
        ChangeBox.self,
        ChangeTags.self,
        CheckHealth.self,
        CheckReadiness.self,
        ClassifyImages.self,
        ClassifyTogether.self,
        CompareHeads.self,
        CreateCharacter.self,
        CreateLink.self,
        CreateToken.self,
        DiscardInboxPictures.self,
        EmptyTrash.self,
        EnrollImages.self,
        FetchCharacterThumbnail.self,
        FetchFace.self,
        FetchImage.self,
        FetchInboxFace.self,
        FetchInboxPicture.self,
        FetchInboxThumbnail.self,
        FetchMetrics.self,
        FetchModel.self,
        FetchOpenAPI.self,
        FetchPage.self,
        FetchPageFile.self,
        FetchReport.self,
        FetchThumbnail.self,
        FindSimilarImages.self,
        GetStatus.self,
        GroupInbox.self,
        IgnoreInboxPictures.self,
        ImportClassifier.self,
        ImportDetector.self,
        ImportModel.self,
        KeepInInbox.self,
        ListAudit.self,
        ListCharacters.self,
        ListClassifiers.self,
        ListDetectors.self,
        ListHeads.self,
        ListIgnoredPictures.self,
        ListImages.self,
        ListJobs.self,
        ListModels.self,
        ListPacks.self,
        ListRejections.self,
        ListSessions.self,
        ListTags.self,
        ListTokens.self,
        ListTrash.self,
        ListWebhooks.self,
        LogIn.self,
        LogOut.self,
        MergeCharacter.self,
        MoveImages.self,
        NameInboxPictures.self,
        NoteCharacter.self,
        ProposeSplit.self,
        PruneJobs.self,
        ReadBundle.self,
        RebuildPrototypes.self,
        RejectImages.self,
        RemoveCharacter.self,
        RemoveClassifier.self,
        RemoveDetector.self,
        RemoveImage.self,
        RemoveImages.self,
        RemoveModel.self,
        RemovePack.self,
        RemoveRejection.self,
        RemoveWebhook.self,
        RenameCharacter.self,
        ResetCalibration.self,
        RestoreTrash.self,
        ReviewCharacter.self,
        ReviewRegistry.self,
        RevokeSession.self,
        RevokeToken.self,
        RollBackDetector.self,
        RollBackModel.self,
        RunCalibration.self,
        SetSeries.self,
        ShowCalibration.self,
        ShowCharacter.self,
        ShowClassifier.self,
        ShowJob.self,
        ShowModel.self,
        ShowSession.self,
        SplitCharacter.self,
        StartJob.self,
        TestWebhook.self,
        TryCalibration.self,
        UndoChange.self,
        UseDetector.self,
        UseHead.self,
        UseModel.self,
        VerifyImages.self,
        WriteBackup.self,
        WriteBundle.self,
    ]

    private static let streamingEndpoints: [any StreamingEndpoint.Type] = [
        WatchChanges.self,
        WatchJob.self,
    ]

    @Test func everyFileBelongsToAnEndpointAndTheOtherWayRound() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.samples.path + "/requests").sorted()
        let names = Self.endpoints.map { "\($0)" } + Self.streamingEndpoints.map { "\($0)" }
        #expect(files == names.sorted().map { $0 + ".json" })
    }

    private func file(_ name: String) throws -> [String: Any] {
        let data = try Data(contentsOf: Self.samples.appending(path: "requests/\(name).json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test(arguments: endpoints.map { "\($0)" }) func travels(name: String) throws {
        let endpoint = try #require(Self.endpoints.first { "\($0)" == name })
        try check(endpoint, try file(name))
    }

    private func check<E: Endpoint>(_ endpoint: E.Type, _ file: [String: Any]) throws {
        try checkRequest(E.Request.self, E.method, E.path, E.body, file)
        guard case .json = E.responseKind else {
            #expect(file["response"] == nil)
            return
        }
        let expected = try text(try #require(file["response"]))
        let sent = ResponseMessage(status: E.successStatus, contentType: MediaType.json, body: Data(expected.utf8))
        let again = try E.encode(try E.decode(sent))
        #expect(try text(try JSONSerialization.jsonObject(with: again.body)) == expected)
    }

    @Test(arguments: streamingEndpoints.map { "\($0)" }) func travelsWithItsLines(name: String) throws {
        let endpoint = try #require(Self.streamingEndpoints.first { "\($0)" == name })
        let file = try file(name)
        try checkRequest(endpoint, file)
        let lines = try #require(file["lines"] as? [Any])
        if endpoint is WatchChanges.Type {
            for line in lines { try checkLine(ChangeEvent.self, line) }
        } else {
            try checkLine(JobEnd.self, try #require(lines.last))
        }
    }

    private func checkRequest<E: StreamingEndpoint>(_ endpoint: E.Type, _ file: [String: Any]) throws {
        try checkRequest(E.Request.self, E.method, E.path, E.body, file)
    }

    private func checkLine<Line: Codable>(_ type: Line.Type, _ line: Any) throws {
        let expected = try text(line)
        let again = try JSON.encode(try JSON.decode(type, from: Data(expected.utf8)))
        #expect(try text(try JSONSerialization.jsonObject(with: again)) == expected)
    }

    private func checkRequest<Request: EndpointRequest>(
        _ type: Request.Type, _ method: HTTPMethod, _ path: String, _ kind: BodyKind, _ file: [String: Any]
    ) throws {
        #expect(file["method"] as? String == method.rawValue)
        let target = try #require(file["target"] as? String)
        let sides = target.split(separator: "?", maxSplits: 1)
        let parameters = try #require(try PathTemplate(path).match(sides[0]))
        let query = try PercentEncoding.decodeQuery(sides.count > 1 ? sides[1] : "")
        let message = RequestMessage(parameters: parameters, query: query, body: try body(kind, file))
        let request = try Request(message: message)
        let written = try request.message()
        #expect(
            try PathTemplate(path).expand(written.parameters) + PercentEncoding.encodeQuery(written.query) == target)
        #expect(try Request(message: written).message() == written)
    }

    /// JSON with sorted keys, to compare.
    private func text(_ object: Any) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: object, options: .sortedKeys), as: UTF8.self)
    }

    private func body(_ kind: BodyKind, _ file: [String: Any]) throws -> RequestBody {
        switch kind {
        case .none: return .none
        case .json:
            return .json(try JSONSerialization.data(withJSONObject: try #require(file["body"])))
        case .file: return .file(path: "model.safetensors")
        case .images:
            let paths = try #require(file["files"] as? [String])
            let parts = try paths.map {
                FilePart(name: $0, bytes: try Data(contentsOf: Self.samples.appending(path: $0)))
            }
            let form = MultipartForm.encode(parts)
            let decoded = try MultipartForm.decode(form.body, contentType: form.contentType)
            #expect(decoded == parts)
            return .files(decoded)
        }
    }
}
