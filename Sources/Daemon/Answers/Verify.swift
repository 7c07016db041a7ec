import API
import Embedding
import FewShot
import Geometry

extension VerifyImages: Route {
    static var effect: Effect { .computes }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            let vectors = try await services.embeddedFaces(request.files, request.selection, by: active)
            let distance = Double(MeanHead(support: [[vectors[0]]]).distances(to: vectors[1])[0])
            let error = request.error ?? defaultError
            do {
                let pairs = try await services.pairs.thresholds(for: active.model, allowing: error, services)
                return Response(
                    model: active.name, answer: Verdict(pairs.answer(distance)), distance: distance,
                    bounds: PairBounds(pairs, allowedError: error), reason: nil)
            } catch let refusal as APIError where refusal.code == .tooFewImages {
                // Two copies of one file show the same character, whatever is enrolled, unless the request names two faces in it.
                let isOne = request.files[0].bytes == request.files[1].bytes && Set(request.selection.boxes).count < 2
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
            falseSame: pairs.falseSame, falseDifferent: pairs.falseDifferent,
            undecided: pairs.undecided, characters: pairs.characters, samePairs: pairs.samePairs,
            differentPairs: pairs.differentPairs)
    }
}
