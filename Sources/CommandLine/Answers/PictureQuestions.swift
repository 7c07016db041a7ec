import API
import Client

/// Asks who is in pictures.
struct PictureQuestions {
    /// Pictures in one request.
    static let chunk = 32

    private let top: Int?
    private let classifier: String?
    private let client: Client
    /// What was said beside the answers, each once.
    private(set) var warnings: [String] = []

    init(top: Int?, classifier: String?, _ client: Client) {
        (self.top, self.classifier, self.client) = (top, classifier, client)
    }

    /// Asks about pictures together, ``chunk`` at most; when one of them is bad, about each alone, so that the others get their answer.
    /// - Throws: what no other picture would help.
    mutating func ask(_ paths: [String]) throws -> [Result<PictureAnswer, Failure>] {
        do {
            let files = try paths.map { try ImagePaths.part($0) }
            let response = try client.call(
                ClassifyImages.self, .init(top: top, classifier: classifier, files: files))
            for warning in response.warnings where !warnings.contains(warning) { warnings.append(warning) }
            return zip(paths, response.results).map { .success(PictureAnswer($0, $1, of: response)) }
        } catch let error as ClientError where [.badModel, .classifierNotFound, .invalidName].contains(error.code) {
            // Of the classifier: it would come again with every picture.
            throw error
        } catch {
            let failure = Failure(error)
            guard failure.exitCode == .badInput || failure.exitCode == .notFound else { throw failure }
            if paths.count == 1 { return [.failure(failure)] }
            var results: [Result<PictureAnswer, Failure>] = []
            for path in paths { results += try ask([path]) }
            return results
        }
    }
}

/// Who is in a picture, with its path.
struct PictureAnswer: Encodable {
    let image: String
    let character: String?
    let unknown: Bool
    let candidates: [Candidate]
    let meanDistance: Double?
    let radius: Double?
    let margin: Double?
    let nearestImages: [NearImage]
    let model: String
    let head: String
    let calibration: String?
    let classifier: String?

    init(_ path: String, _ result: Classification, of response: ClassifyImages.Response) {
        image = path
        character = result.character
        unknown = result.unknown
        candidates = result.candidates
        meanDistance = result.meanDistance
        radius = result.radius
        margin = result.margin
        nearestImages = result.nearestImages
        model = response.model
        head = response.head
        calibration = response.calibration
        classifier = response.classifier
    }
}

/// Answers as people and tables have them.
extension PictureAnswer {
    static let columns = ["image", "character", "probability", "distance"]

    /// The nearest candidate's probability and distance beside the answer, which is empty for an unknown picture.
    var row: [String] {
        let nearest = candidates.first
        return [
            image, character ?? "", nearest.map { "\($0.probability)" } ?? "", nearest.map { "\($0.distance)" } ?? "",
        ]
    }

    /// The first candidate that may be named.
    var nearest: Candidate? { candidates.first { $0.rejection == nil } ?? candidates.first }

    /// The character, or that nobody is named, with who comes nearest.
    var verdict: String {
        if let character { return character }
        guard let nearest else { return "unknown (nobody is enrolled)" }
        return "unknown (\(classifier == nil ? "nearest" : "likeliest"): \(Self.name(of: nearest)))"
    }

    static func name(of candidate: Candidate) -> String {
        candidate.character + (candidate.rejection.map { ", rejected by \($0)" } ?? "")
    }
}
