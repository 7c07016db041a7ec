import API
import Embedding
import FewShot
import Registry

extension CompareHeads: Route {
    /// Images whose embeddings are read, about.
    private static let mostRead = 50_000
    /// Images that are compared, about: every head is fitted on them five times.
    private static let mostCompared = 2000

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            let read = try await services.registry.support(model: active.model.identity, atMost: mostRead)
            let support = thinned(read.characters.map(\.embeddings))
            let head = services.heads.active
            return try await services.background {
                let comparison = try compared(support, reference: head)
                return Response(
                    characters: support.count, asked: comparison.pictures,
                    heads: HeadKind.allCases.map { kind in
                        let result = comparison.results.first { $0.kind == kind }
                        return ComparedHead(
                            name: kind.rawValue, active: kind == head, accuracy: result.map { Share($0.accuracy) },
                            gain: result?.gain.map {
                                Share(mean: $0.mean, low: $0.interval.lowerBound, high: $0.interval.upperBound)
                            },
                            refusal: comparison.refusals.first { $0.kind == kind }?.reason)
                    },
                    suggestion: comparison.suggestion.rawValue)
            }
        }
    }

    /// As many characters as may have two images each, and an equal share of images of each, at even distances.
    private static func thinned(_ support: [[[Float]]]) -> [[[Float]]] {
        let characters = support.spread(atMost: mostCompared / 2)
        return characters.map { $0.spread(atMost: mostCompared / characters.count) }
    }

    private static func compared(_ support: [[[Float]]], reference: HeadKind) throws(APIError) -> HeadComparison {
        do throws(DataSetError) { return try HeadComparison(support, reference: reference) } catch {
            throw APIError(.tooFewImages, error.message)
        }
    }
}
