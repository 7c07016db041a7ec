import API
import Embedding
import FewShot
import Registry
import Synchronization

/// Thresholds that tell from the distance of two pictures whether they show one character: fitted on pairs of enrolled pictures,
/// and kept until an enrolled picture or character changes.
///
/// `verify`, the inbox's groups and proposals to split a character use them.
final class EnrolledPairs: Sendable {
    /// What a fit depends on.
    private struct Key: Equatable {
        let model: String
        let revision: Int
        let error: Double
    }

    /// The fits under way.
    let fits = SharedWork("pairs")
    private let last = Mutex<(key: Key, thresholds: PairThresholds)?>(nil)

    /// At most so many characters are used, evenly spaced in the order of their numbers.
    private static let mostCharacters = 128

    /// The thresholds fitted on all characters.
    /// - Parameter error: the share of wrong answers to allow, for either kind of pairs.
    /// - Throws: `too_few_images`; `modelNotActive`.
    func thresholds(
        for model: Model, allowing error: Double = VerifyImages.defaultError, _ services: Services
    ) async throws -> PairThresholds {
        // Read before the embeddings: a change during the fit makes the next call fit again.
        let key = Key(model: model.identity, revision: services.registry.supportRevision, error: error)
        if let known = last.withLock({ $0 }), known.key == key { return known.thresholds }
        let thresholds = try await fits("all \(key)") { [self] _ in
            try await fit(model, error, without: nil, services)
        }
        last.withLock { $0 = (key, thresholds) }
        return thresholds
    }

    /// The thresholds fitted on all characters but one.
    /// - Throws: as ``thresholds(for:allowing:_:)``.
    func thresholds(without character: Int64, for model: Model, _ services: Services) async throws -> PairThresholds {
        let key = Key(
            model: model.identity, revision: services.registry.supportRevision, error: VerifyImages.defaultError)
        return try await fits("without \(character) \(key)") { [self] _ in
            try await fit(model, VerifyImages.defaultError, without: character, services)
        }
    }

    private func fit(
        _ model: Model, _ error: Double, without character: Int64?, _ services: Services
    ) async throws -> PairThresholds {
        let registry = services.registry
        let others = try await registry.spreads(model: model.identity).filter { $0.characterID != character }
        let eligible = others.filter { $0.count > 1 }
        guard eligible.count >= PairThresholds.fewestCharacters else {
            throw APIError(
                .tooFewImages,
                "comparing pairs of pictures needs \(PairThresholds.fewestCharacters) \(character == nil ? "" : "other ")characters with two enrolled pictures each; \(eligible.count) have so many"
            )
        }
        var embeddings: [[[Float]]] = []
        for record in eligible.spread(atMost: Self.mostCharacters) {
            try Task.checkCancellation()
            let supports = try await registry.supports(ofCharacter: record.characterID, model: model.identity)
            embeddings.append(supports.spread(atMost: PairThresholds.mostOfOne))
        }
        let read = embeddings
        return try await fits.background {
            do throws(DataSetError) { return try PairThresholds.fit(read, error: error, seed: 1) } catch {
                throw APIError(.tooFewImages, error.message)
            }
        }
    }
}
