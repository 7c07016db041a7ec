import API
import Embedding
import FewShot
import Registry

/// From the request to the answer:
///
/// 1. `Server/Acceptor` reads the request, `Server/Router` finds this route and its caller's role.
/// 2. `ActiveModel` holds the model for the whole request.
/// 3. `Pictures` decodes the files and applies the model's transform.
/// 4. `InferenceQueue` embeds them.
/// 5. The registry passes over rejected characters and finds the nearest means (`Registry/Search`).
/// 6. If another head than the mean is in use, `Heads/HeadHost` ranks the candidates.
/// 7. `ActiveModel` gives the calibrated radius, which decides on unknown, and the temperature of the probabilities.
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
        let unknown = response.results.count(where: \.unknown)
        services.metrics.countAnswers(named: response.results.count - unknown, unknown: unknown)
        return response
    }

    private static func byPrototypes(_ request: Request, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            let head = services.heads.active
            let calibration = services.calibrations.active(for: active.model)
            let radii = Radii(active.model, calibration)
            let temperature = services.meanTemperature(of: active.model)
            let pictures = try await services.decoded(request.files, for: active.model.transform)
            let vectors = await services.inference.embed(pictures.map(\.prepared), with: active.embedder)
            let top = request.top ?? defaultTop
            let searching = ContinuousClock.now
            let rejected = zip(pictures, vectors).map { picture, vector in
                services.registry.rejected(
                    embedding: vector, sha256: ContentHash.sha256(picture.file.bytes), model: active.model.identity)
            }
            // The rejected characters may all be nearer than the right one, and the margin needs a second candidate.
            let reach = max(2, top) + (rejected.map(\.count).max() ?? 0)
            // The nearest mean decides on unknown, whichever head ranks the candidates.
            let means = try services.registry.search(
                queries: vectors, model: active.model.identity, top: reach,
                temperature: temperature)
            let candidates =
                if head == .mean { means.map { $0.map { Candidate($0) } } } else {
                    try await ranked(
                        vectors, by: head, active.model, temperature, top: reach, services)
                }
            services.metrics.count(.search, .now - searching)
            let deciding = ContinuousClock.now
            defer { services.metrics.count(.evidence, .now - deciding) }
            var results: [Classification] = []
            for index in request.files.indices {
                let mean = means[index].first { rejected[index][$0.name] == nil }
                let decided = classification(
                    of: request.files[index].name, candidates[index], rejected: rejected[index], top: top,
                    meanDistance: mean?.distance, radius: mean.map { radii.of($0.characterID) } ?? radii.common)
                results.append(try await withEvidence(decided, vectors[index], active.model, services))
            }
            return Response(
                model: active.name, head: head.rawValue,
                calibration: calibration?.identity ?? ShowCalibration.modelsOwn, results: results)
        }
    }

    /// Adds the enrolled pictures that support the answer.
    private static func withEvidence(
        _ answer: Classification, _ vector: [Float], _ model: Model, _ services: Services
    ) async throws -> Classification {
        guard let first = answer.candidates.first(where: { $0.rejection == nil }) else { return answer }
        var answer = answer
        answer.nearestImages = try await services.evidence(for: vector, character: first.character, model: model)
        return answer
    }

    private static func ranked(
        _ vectors: [[Float]], by head: HeadKind, _ model: Model, _ temperature: Float, top: Int, _ services: Services
    ) async throws -> [[Candidate]] {
        let fit = try await services.heads.fitted(head, for: model, meanTemperature: temperature)
        return vectors.map { fit.candidates(for: $0, top: top) }
    }

    /// Decides on unknown by the distance to the nearest mean, never by the softmax. The list of candidates includes rejected ones,
    /// and at least one that is not rejected, if there is any.
    private static func classification(
        of image: String?, _ candidates: [Candidate], rejected: [String: Int64], top: Int, meanDistance: Float?,
        radius: Double?
    ) -> Classification {
        let isNear = meanDistance.map { Double($0) <= radius ?? .infinity } ?? false
        let nearest = candidates.firstIndex { rejected[$0.character] == nil }
        let named = isNear ? nearest.map { candidates[$0].character } : nil
        let listed = candidates.prefix(max(top, nearest.map { $0 + 1 } ?? 0)).map { candidate in
            var candidate = candidate
            candidate.rejection = rejected[candidate.character]
            return candidate
        }
        let open = candidates.filter { rejected[$0.character] == nil }
        return Classification(
            image: image, character: named, unknown: named == nil, candidates: listed,
            meanDistance: meanDistance.map(Double.init), radius: radius, margin: margin(open.map(\.probability)),
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
        let pictures = try await services.decoded(request.files, for: loaded.classifier.model.transform)
        let features = await services.classifiers.features(pictures.map(\.prepared), by: loaded)
        let coverage = loaded.coverage.report(on: services.registry)
        return Response(
            model: record.name, head: classifierHead, classifier: record.name, warnings: coverage.warnings,
            untrainedCharacters: coverage.untrained,
            results: try zip(request.files, features).map { file, features in
                try classification(
                    of: file.name, features, by: loaded.classifier, named: record.name, top: request.top ?? defaultTop)
            })
    }

    /// Lists the most probable classes first, and decides on unknown by the distance to the nearest class's mean, never by the
    /// softmax.
    private static func classification(
        of image: String?, _ features: [Float], by classifier: TrainedClassifier, named name: String, top: Int
    ) throws(APIError) -> Classification {
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
        return Classification(
            image: image, character: answer.isUnknown ? nil : candidates.first?.character, unknown: answer.isUnknown,
            candidates: candidates, meanDistance: answer.distances.min().map(Double.init),
            radius: classifier.radius.map(Double.init),
            margin: margin(order.prefix(2).map { Double(answer.probabilities[$0]) }),
            nearestImages: [])
    }
}

extension Candidate {
    init(_ near: Neighbor) {
        self.init(character: near.name, probability: Double(near.probability), distance: Double(near.distance))
    }
}
