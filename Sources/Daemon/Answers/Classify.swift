import API
import Embedding
import FewShot
import Geometry
import Registry
import Statistics

/// From the request to the answer:
///
/// 1. `Server/Acceptor` reads the request, `Server/Router` finds this route and its caller's role.
/// 2. `ActiveModel` holds the model for the whole request.
/// 3. `Pictures` decodes the files, `Faces` finds the faces in them, and the model's transform prepares each.
/// 4. `InferenceQueue` embeds them. `Subjects` takes the faces of an animation's frames together.
/// 5. The registry finds the likeliest characters (`Registry/Search`), and those that were rejected for the face.
/// 6. If another head than `posterior` is in use, it ranks the candidates (`Heads/HeadHost`).
/// 7. `Decision` (in `ActiveModel`) says how probable a character must be to be named.
/// 8. `Similar` adds the enrolled pictures that support the answer.
///
/// If the request names a trained classifier, `ClassifierHost` (in `Classifiers`) embeds the pictures and ranks its own classes instead.
extension ClassifyImages: Route {
    static var effect: Effect { .computes }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let response =
            if let name = request.classifier { try await byClassifier(name, request, services) } else {
                try await byPrototypes(request, services)
            }
        let faces = response.results.flatMap(\.faces)
        let unknown = faces.count(where: \.unknown)
        services.metrics.countAnswers(named: faces.count - unknown, unknown: unknown)
        services.webhooks.note(response)
        return response
    }

    private static func byPrototypes(_ request: Request, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            let current = services.calibrations.answering(by: active.model)
            let ranking = Ranking(
                head: services.heads.active, decision: current.decision, model: active.model,
                services: services)
            // A box or a number is of the first frame.
            let chooses = !request.selection.boxes.isEmpty || request.selection.number != nil
            let pictures = try await services.decoded(
                request.files, request.selection, .any, for: active.model, chooses ? .first : .differing)
            let subjects = try await subjects(of: pictures, by: active, services)
            let top = request.top ?? defaultTop
            let searching = ContinuousClock.now
            let rejected = subjects.map { $0.group.rejections(services.registry, active.model) }
            // The rejected characters may all come before the right one, and the margin needs a second candidate.
            let reach = max(2, top) + (rejected.map(\.count).max() ?? 0)
            let ranked = try await ranked(subjects.map(\.group), by: ranking, top: reach)
            services.metrics.count(.search, .now - searching)
            let deciding = ContinuousClock.now
            defer { services.metrics.count(.evidence, .now - deciding) }
            var answers: [FaceAnswer] = []
            for (index, subject) in subjects.enumerated() {
                var decided = answer(
                    subject.face.found, ranked[index], rejected: rejected[index], top: top,
                    threshold: ranking.decision?.threshold)
                decided.milliseconds = subject.face.milliseconds
                answers.append(try await withEvidence(decided, subject.group.mean, active.model, services))
            }
            return Response(
                model: active.name, head: ranking.head.rawValue,
                calibration: current.calibration,
                results: classifications(of: pictures, zip(subjects, answers).map { ($0.picture, $1) }))
        }
    }

    /// What tells each face of the pictures from others, in order.
    static func keys(of pictures: [Picture]) -> [PictureKey] {
        pictures.flatMap { picture in
            let sha256 = ContentHash.sha256(picture.file.bytes)
            return picture.faces.map { PictureKey(sha256: sha256, box: $0.found.box) }
        }
    }

    /// Gives each picture the answers for its faces. Of an animation a character is named once, where it is most probable.
    /// - Parameter answers: with the indices of their pictures, in order.
    static func classifications(
        of pictures: [Picture], _ answers: [(picture: Int, answer: FaceAnswer)]
    ) -> [Classification] {
        let byPicture = Dictionary(grouping: answers, by: \.picture)
        return pictures.enumerated().map { index, picture in
            let faces = byPicture[index, default: []].map(\.answer)
            return Classification(
                image: picture.file.name, width: picture.width, height: picture.height,
                faces: picture.isAnimation ? faces.namingOnce : faces)
        }
    }

    /// Adds the enrolled pictures that support the answer.
    static func withEvidence(
        _ answer: FaceAnswer, _ vector: [Float], _ model: Model, _ services: Services
    ) async throws -> FaceAnswer {
        guard let first = answer.candidates.first(where: { $0.rejection == nil }) else { return answer }
        var answer = answer
        answer.nearestImages = try await services.evidence(for: vector, character: first.character, model: model)
        return answer
    }

    /// Decides on unknown by the probability of the likeliest character, whichever head ranks the candidates. The list of candidates includes
    /// rejected ones, and at least one that is not rejected, if there is any.
    /// - Parameter threshold: nil if no picture is unknown.
    static func answer(
        _ face: FoundFace, _ ranked: RankedCandidates, rejected: [String: Int64], top: Int, threshold: Double?
    ) -> FaceAnswer {
        let likeliest = ranked.likely.first { rejected[$0.name] == nil }
        let isNamed = likeliest.map { Double($0.probability) >= threshold ?? 0 } ?? false
        let candidates = ranked.candidates
        let open = candidates.firstIndex { rejected[$0.character] == nil }
        let first = open.map { candidates[$0] }
        let listed = candidates.prefix(max(top, open.map { $0 + 1 } ?? 0)).map { candidate in
            var candidate = candidate
            candidate.rejection = rejected[candidate.character]
            return candidate
        }
        let probability = first?.probability
        return FaceAnswer(
            box: face.box, score: face.score, character: isNamed ? first?.character : nil, unknown: !isNamed,
            certain: isNamed && probability ?? 0 >= DecisionRule.certainty, probability: probability,
            otherProbability: max(0, 1 - (probability ?? 0) - (ranked.stranger ?? 0)),
            strangerProbability: ranked.stranger, threshold: threshold, candidates: listed,
            meanDistance: ranked.likely.lazy.filter { rejected[$0.name] == nil }.map { Double($0.distance) }.min(),
            radius: nil, margin: margin(candidates.filter { rejected[$0.character] == nil }.map(\.probability)),
            nearestImages: [])
    }

    /// - Parameter probabilities: the highest first.
    private static func margin(_ probabilities: [Double]) -> Double? {
        probabilities.first.map { first in first - (probabilities.dropFirst().first ?? 0) }
    }

    private static func byClassifier(_ name: String, _ request: Request, _ services: Services) async throws -> Response
    {
        let record = try await services.registry.classifier(named: name)
        let loaded = try await services.classifiers.loaded(record)
        let pictures = try await services.decoded(
            request.files, request.selection, .any, for: loaded.classifier.model)
        let faces = pictures.enumerated().flatMap { index, picture in picture.faces.map { (picture: index, face: $0) } }
        let features = await services.classifiers.features(faces.map(\.face.prepared), by: loaded)
        let top = request.top ?? defaultTop
        let answers = try zip(faces, features).map { asked, features in
            (
                picture: asked.picture,
                answer: try answer(asked.face.found, features, by: loaded.classifier, named: record.name, top: top)
            )
        }
        let coverage = loaded.coverage.report(on: services.registry)
        return Response(
            model: record.name, head: classifierHead, classifier: record.name, warnings: coverage.warnings,
            untrainedCharacters: coverage.untrained, results: classifications(of: pictures, answers))
    }

    /// Lists the most probable classes first, and decides on unknown by the distance to the nearest class's mean, never by the
    /// softmax.
    private static func answer(
        _ face: FoundFace, _ features: [Float], by classifier: TrainedClassifier, named name: String, top: Int
    ) throws(APIError) -> FaceAnswer {
        let answer = classifier.answer(features)
        guard answer.probabilities.allSatisfy(\.isFinite), answer.distances.allSatisfy(\.isFinite) else {
            throw APIError(.badModel, "classifier '\(name)' computes values that are not finite; train it again")
        }
        let order = classifier.classes.indices.sorted {
            (answer.probabilities[$1], $0) < (answer.probabilities[$0], $1)
        }
        let candidates = order.prefix(top).map {
            Candidate(
                character: classifier.classes[$0], probability: Double(answer.probabilities[$0]),
                distance: Double(answer.distances[$0]))
        }
        let probability = candidates.first?.probability ?? 0
        return FaceAnswer(
            box: face.box, score: face.score, character: answer.isUnknown ? nil : candidates.first?.character,
            unknown: answer.isUnknown,
            certain: !answer.isUnknown && probability >= DecisionRule.certainty,
            probability: candidates.first?.probability, otherProbability: max(0, 1 - probability),
            strangerProbability: nil, threshold: nil, candidates: candidates,
            meanDistance: answer.distances.min().map(Double.init),
            radius: classifier.radius.map(Double.init),
            margin: margin(order.prefix(2).map { Double(answer.probabilities[$0]) }),
            nearestImages: [])
    }
}
