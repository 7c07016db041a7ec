import API
import Embedding
import FewShot
import Registry
import Synchronization

extension VerifyImages: Route {
    // It carries pictures, and changes nothing.
    static var role: Role { .reader }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            let pictures = try await Picture.decode(request.files, for: active.model.transform)
            let vectors = await services.inference.embed(pictures.map(\.prepared), with: active.embedder)
            let distance = Double(MeanHead(support: [[vectors[0]]]).distances(to: vectors[1])[0])
            let error = request.error ?? defaultError
            do {
                let pairs = try await services.pairs.thresholds(for: active.model, allowing: error, services)
                return Response(
                    model: active.name, answer: Verdict(pairs.answer(distance)), distance: distance,
                    bounds: PairBounds(pairs, allowedError: error), reason: nil)
            } catch let refusal as APIError where refusal.code == .tooFewImages {
                // The same picture is of the same character, whatever is enrolled.
                let isOne = request.files[0].bytes == request.files[1].bytes
                return Response(
                    model: active.name, answer: isOne ? .same : .undecided, distance: distance, bounds: nil,
                    reason: refusal.message)
            }
        }
    }
}

extension VerifyImages.Verdict {
    init(_ answer: PairThresholds.Answer) {
        self =
            switch answer {
            case .same: .same
            case .undecided: .undecided
            case .different: .different
            }
    }
}

extension PairBounds {
    init(_ pairs: PairThresholds, allowedError: Double) {
        self.init(
            sameUpTo: pairs.same, differentBeyond: pairs.different, allowedError: allowedError,
            falseSame: RateInfo(pairs.falseSame), falseDifferent: RateInfo(pairs.falseDifferent),
            undecided: RateInfo(pairs.undecided), characters: pairs.characters, samePairs: pairs.samePairs,
            differentPairs: pairs.differentPairs)
    }
}

/// What pairs of enrolled pictures say of other pairs, kept until what is enrolled changes.
final class EnrolledPairs: Sendable {
    /// What a fit rests on.
    private struct Key: Equatable {
        let model: String
        let revision: Int
        let error: Double
    }

    private let last = Mutex<(key: Key, thresholds: PairThresholds)?>(nil)

    /// Characters whose pictures are paired, at even distances.
    private static let mostCharacters = 128

    /// The thresholds fitted on all that is enrolled.
    /// - Parameter error: the part of wrong answers of either kind that may be.
    /// - Throws: `too_few_images`; `modelNotActive`.
    func thresholds(
        for model: Model, allowing error: Double = VerifyImages.defaultError, _ services: Services
    ) async throws -> PairThresholds {
        // Before anything is read: what is enrolled meanwhile has the fit made again.
        let key = Key(model: model.identity, revision: services.registry.supportRevision, error: error)
        if let known = last.withLock({ $0 }), known.key == key { return known.thresholds }
        let thresholds = try await fit(model, error, without: nil, services)
        last.withLock { $0 = (key, thresholds) }
        return thresholds
    }

    /// The thresholds fitted on all characters but one.
    /// - Throws: as ``thresholds(for:allowing:_:)``.
    func thresholds(without character: Int64, for model: Model, _ services: Services) async throws -> PairThresholds {
        try await fit(model, VerifyImages.defaultError, without: character, services)
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
                "to tell one character from two by pairs of pictures takes \(PairThresholds.fewestCharacters) \(character == nil ? "" : "other ")characters with two enrolled pictures each, and \(eligible.count) have so many"
            )
        }
        var embeddings: [[[Float]]] = []
        for record in eligible.spread(atMost: Self.mostCharacters) {
            let supports = try await registry.supports(ofCharacter: record.characterID, model: model.identity)
            embeddings.append(supports.spread(atMost: PairThresholds.mostOfOne))
        }
        let read = embeddings
        return try await services.background {
            do throws(DataSetError) { return try PairThresholds.fit(read, error: error, seed: 1) } catch {
                throw APIError(.tooFewImages, error.message)
            }
        }
    }
}
