import API
import Foundation
import Testing

/// The requests in `samples/requests`: each reaches its endpoint, is read, written and read again, and its answer too.
struct RequestFileTests {
    private static let samples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "samples")

    private static let endpoints: [any Endpoint.Type] = [
        CancelJob.self,
        ChangeTags.self,
        CheckHealth.self,
        CheckReadiness.self,
        ClassifyImages.self,
        CreateCharacter.self,
        DiscardInboxPictures.self,
        EnrollImages.self,
        FetchImage.self,
        FetchMetrics.self,
        FetchModel.self,
        FetchInboxPicture.self,
        FindSimilarImages.self,
        GetStatus.self,
        ImportClassifier.self,
        ImportModel.self,
        KeepInInbox.self,
        ListAudit.self,
        ListCharacters.self,
        ListClassifiers.self,
        ListHeads.self,
        ListImages.self,
        ListJobs.self,
        ListModels.self,
        ListRejections.self,
        ListTags.self,
        ListInbox.self,
        MergeCharacter.self,
        MoveImages.self,
        NameInboxPictures.self,
        NoteCharacter.self,
        ProposeSplit.self,
        RebuildPrototypes.self,
        RejectImages.self,
        RemoveCharacter.self,
        RemoveClassifier.self,
        RemoveImage.self,
        RemoveRejection.self,
        RenameCharacter.self,
        ResetCalibration.self,
        ReviewCharacter.self,
        ReviewRegistry.self,
        RollBackModel.self,
        RunCalibration.self,
        ShowCalibration.self,
        ShowCharacter.self,
        ShowClassifier.self,
        ShowJob.self,
        ShowModel.self,
        SplitCharacter.self,
        StartJob.self,
        UseHead.self,
        UseModel.self,
        VerifyImages.self,
    ]

    @Test func everyFileBelongsToAnEndpointAndTheOtherWayRound() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.samples.path + "/requests").sorted()
        #expect(files == Self.endpoints.map { "\($0).json" }.sorted())
    }

    @Test(arguments: endpoints.map { "\($0)" }) func travels(name: String) throws {
        let endpoint = try #require(Self.endpoints.first { "\($0)" == name })
        let data = try Data(contentsOf: Self.samples.appending(path: "requests/\(name).json"))
        let file = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        try check(endpoint, file)
    }

    private func check<E: Endpoint>(_ endpoint: E.Type, _ file: [String: Any]) throws {
        #expect(file["method"] as? String == E.method.rawValue)
        let target = try #require(file["target"] as? String)
        let sides = target.split(separator: "?", maxSplits: 1)
        let parameters = try #require(try PathTemplate(E.path).match(sides[0]))
        let query = try PercentEncoding.decodeQuery(sides.count > 1 ? sides[1] : "")
        let message = RequestMessage(parameters: parameters, query: query, body: try body(E.body, file))
        let request = try E.Request(message: message)
        let written = try request.message()
        #expect(
            try PathTemplate(E.path).expand(written.parameters) + PercentEncoding.encodeQuery(written.query) == target)
        #expect(try E.Request(message: written).message() == written)

        guard let response = file["response"] else { return }
        let expected = try JSONSerialization.data(withJSONObject: response, options: .sortedKeys)
        let sent = ResponseMessage(status: E.successStatus, contentType: MediaType.json, body: expected)
        let again = try E.encode(try E.decode(sent))
        let object = try JSONSerialization.jsonObject(with: again.body)
        #expect(try JSONSerialization.data(withJSONObject: object, options: .sortedKeys) == expected)
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
