import API
import Embedding
import FewShot
import Registry

/// What a head made of one picture.
struct RankedCandidates {
    /// In the order of the head.
    let candidates: [Candidate]
    /// The likeliest first, by the decision; the nearest first if there is none.
    let likely: [Neighbor]
    /// The probability that the picture shows nobody enrolled; nil if there is no decision.
    let stranger: Double?
}

/// Ranks the characters for pictures: by likelihood, or by another head.
struct Ranking {
    let head: HeadKind
    /// nil if neither the registry nor its model has a rule: distances rank then, and no picture is unknown.
    let decision: Decision?
    let model: Model
    let services: Services

    /// - Parameters:
    ///   - vectors: the pictures' embeddings, or means of several.
    ///   - asked: the number of independent pictures that each of them is the mean of.
    ///   - top: how many candidates to find for each.
    /// - Throws: `modelNotActive`; `head_too_large`.
    func rank(_ vectors: [[Float]], asked: Double = 1, top: Int) async throws -> [RankedCandidates] {
        let temperature = services.meanTemperature(of: model)
        guard let decision else {
            let near = try nearest(to: vectors, top: top, temperature)
            let candidates =
                head.needsFit
                ? try await fitted(vectors, top: top, temperature) : near.map { $0.map { Candidate($0) } }
            return zip(candidates, near).map { RankedCandidates(candidates: $0, likely: $1, stranger: nil) }
        }
        let likely = try services.registry.likely(
            queries: vectors, model: model.identity, top: top, given: decision.covariance, asked: asked)
        let others = try await candidates(of: vectors, top: top, temperature)
        return likely.indices.map { index in
            let (neighbors, stranger) = (likely[index].neighbors, likely[index].stranger)
            // Another head tells how probable each character is if it is enrolled at all.
            let candidates =
                others.map { $0[index].map { $0.scaled(by: 1 - stranger) } } ?? neighbors.map { Candidate($0) }
            return RankedCandidates(candidates: candidates, likely: neighbors, stranger: stranger)
        }
    }

    /// The candidates of another head, with probabilities that sum to one over all characters; nil if the decision ranks.
    private func candidates(of vectors: [[Float]], top: Int, _ temperature: Float) async throws -> [[Candidate]]? {
        switch head {
        case .posterior: nil
        case .mean: try nearest(to: vectors, top: top, temperature).map { $0.map { Candidate($0) } }
        case .trimmedMean, .cl2n, .mahalanobis, .localFisher: try await fitted(vectors, top: top, temperature)
        }
    }

    private func nearest(to vectors: [[Float]], top: Int, _ temperature: Float) throws -> [[Neighbor]] {
        try services.registry.search(queries: vectors, model: model.identity, top: top, temperature: temperature)
    }

    private func fitted(_ vectors: [[Float]], top: Int, _ temperature: Float) async throws -> [[Candidate]] {
        let fit = try await services.heads.fitted(head, for: model, meanTemperature: temperature)
        return vectors.map { fit.candidates(for: $0, top: top) }
    }
}

extension Candidate {
    init(_ near: Neighbor) {
        self.init(character: near.name, probability: Double(near.probability), distance: Double(near.distance))
    }

    fileprivate func scaled(by share: Double) -> Candidate {
        var scaled = self
        scaled.probability *= share
        return scaled
    }
}
