import API
import Embedding
import FewShot
import Registry

extension CompareHeads: Route {
    /// Images whose embeddings are read, about: every head is fitted on them five times.
    private static let mostRead = 2000

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            let support = try await services.registry.support(model: active.model.identity, atMost: mostRead)
            let head = services.heads.active
            return try await services.background {
                let comparison = try compared(support.characters.map(\.embeddings), reference: head)
                return Response(
                    characters: support.characters.count, asked: comparison.pictures,
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

    private static func compared(_ support: [[[Float]]], reference: HeadKind) throws(APIError) -> HeadComparison {
        do throws(DataSetError) { return try HeadComparison(support, reference: reference) } catch {
            throw APIError(.tooFewImages, error.message)
        }
    }
}
