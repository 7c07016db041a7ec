import API
import Embedding
import FewShot
import Registry

extension ClassifyImages: Route {
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
            let pictures = try await Picture.decode(request.files, for: active.model.transform)
            let vectors = await services.inference.embed(pictures.map(\.prepared), with: active.embedder)
            let top = request.top ?? defaultTop
            let rejected = zip(pictures, vectors).map { picture, vector in
                services.registry.rejected(
                    embedding: vector, sha256: ContentHash.sha256(picture.file.bytes), model: active.model.identity)
            }
            // Whom a picture is not may all be nearer than whom it shows.
            let ruledOut = rejected.map(\.count).max() ?? 0
            // Whichever head ranks the candidates, the nearest mean decides whether the picture is of anybody.
            let means = try services.registry.search(
                queries: vectors, model: active.model.identity, top: ruledOut + (head == .mean ? top : 1),
                temperature: active.model.temperature)
            let candidates =
                if head == .mean { means.map { $0.map { Candidate($0) } } } else {
                    try await ranked(vectors, by: head, active.model, top: ruledOut + top, services)
                }
            return Response(
                model: active.name, head: head.rawValue,
                results: request.files.indices.map { index in
                    let mean = means[index].first { rejected[index][$0.name] == nil }
                    return classification(
                        of: request.files[index].name, candidates[index], rejected: rejected[index], top: top,
                        meanDistance: mean?.distance, radius: active.model.radius)
                })
        }
    }

    private static func ranked(
        _ vectors: [[Float]], by head: HeadKind, _ model: Model, top: Int, _ services: Services
    ) async throws -> [[Candidate]] {
        let fit = try await services.heads.fitted(head, for: model)
        return vectors.map { fit.candidates(for: $0, top: top) }
    }

    /// Unknown is decided on the absolute distance to the nearest mean, never on the softmax. Rejected candidates are listed with
    /// the others; at least one that is not rejected is listed where there is one.
    private static func classification(
        of image: String?, _ candidates: [Candidate], rejected: [String: Int64], top: Int, meanDistance: Float?,
        radius: Float?
    ) -> Classification {
        let isNear = meanDistance.map { $0 <= radius ?? .infinity } ?? false
        let nearest = candidates.firstIndex { rejected[$0.character] == nil }
        let named = isNear ? nearest.map { candidates[$0].character } : nil
        let listed = candidates.prefix(max(top, nearest.map { $0 + 1 } ?? 0)).map { candidate in
            var candidate = candidate
            candidate.rejection = rejected[candidate.character]
            return candidate
        }
        return Classification(
            image: image, character: named, unknown: named == nil, candidates: listed,
            meanDistance: meanDistance.map(Double.init), radius: radius.map(Double.init))
    }

    private static func byClassifier(_ name: String, _ request: Request, _ services: Services) async throws -> Response
    {
        let record = try await services.registry.classifier(named: name)
        let loaded = try await services.classifiers.loaded(record)
        let pictures = try await Picture.decode(request.files, for: loaded.classifier.model.transform)
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

    /// The likeliest classes first; unknown is decided on the distance to the nearest class's mean, never on the softmax.
    private static func classification(
        of image: String?, _ features: [Float], by classifier: TrainedClassifier, named name: String, top: Int
    ) throws(APIError) -> Classification {
        let answer = classifier.answer(features)
        guard answer.probabilities.allSatisfy(\.isFinite), answer.distances.allSatisfy(\.isFinite) else {
            throw APIError(.badModel, "the classifier \(name) answers with values that are no numbers; train it again")
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
            radius: classifier.radius.map(Double.init))
    }
}

extension Candidate {
    init(_ near: Neighbor) {
        self.init(character: near.name, probability: Double(near.probability), distance: Double(near.distance))
    }
}
