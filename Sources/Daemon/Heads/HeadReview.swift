import API
import Embedding
import FewShot
import Registry

/// Compares every head on what is enrolled.
struct HeadReview {
    let services: Services

    /// Embeddings of about so many images are read.
    private static let mostRead = 50_000
    /// About so many images are asked: every head is fitted five times.
    private static let mostCompared = 2000

    /// - Parameter progress: throws if the caller has gone.
    /// - Throws: `too_few_images`, `not_ready`.
    func compared(_ progress: @escaping @Sendable (_ done: Int, _ total: Int) throws -> Void) async throws
        -> CompareHeads.End
    {
        try await services.withActiveModel { active in
            let read = try await services.registry.support(model: active.model.identity, atMost: Self.mostRead)
            let support = Self.thinned(read.characters.map(\.embeddings))
            let head = services.heads.active
            return try await services.comparisons.background {
                Self.end(try Self.comparison(support, head, progress), characters: support.count, active: head)
            }
        }
    }

    /// A sample of characters with at least two images each, and of each the same number of images, evenly spaced.
    private static func thinned(_ support: [[[Float]]]) -> [[[Float]]] {
        let characters = support.spread(atMost: mostCompared / 2)
        return characters.map { $0.spread(atMost: mostCompared / characters.count) }
    }

    private static func comparison(
        _ support: [[[Float]]], _ reference: HeadKind, _ progress: (_ done: Int, _ total: Int) throws -> Void
    ) throws(APIError) -> HeadComparison {
        do throws(DataSetError) {
            return try HeadComparison(support, reference: reference) { (done, total) throws(DataSetError) in
                guard (try? progress(done, total)) != nil else { throw DataSetError("the comparison was given up") }
            }
        } catch { throw APIError(.tooFewImages, error.message) }
    }

    private static func end(_ comparison: HeadComparison, characters: Int, active: HeadKind) -> CompareHeads.End {
        CompareHeads.End(
            characters: characters, asked: comparison.pictures,
            heads: HeadKind.allCases.map { kind in
                let result = comparison.results.first { $0.kind == kind }
                return ComparedHead(
                    name: kind.rawValue, active: kind == active, accuracy: result?.accuracy,
                    gain: result?.gain,
                    refusal: comparison.refusals.first { $0.kind == kind }?.reason)
            },
            suggestion: comparison.suggestion.rawValue)
    }
}
