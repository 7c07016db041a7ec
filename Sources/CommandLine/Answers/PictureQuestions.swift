import API
import Client

/// Classifies pictures.
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

    /// Asks about pictures together, ``chunk`` at most. When one of them is bad, it asks about each separately, so that the
    /// others get an answer.
    /// - Throws: errors that are not about one picture.
    mutating func ask(_ pictures: [PictureInput]) throws -> [Result<PictureAnswer, Failure>] {
        do {
            let files = try pictures.map { try $0.part() }
            let response = try client.call(
                ClassifyImages.self, .init(top: top, classifier: classifier, files: files))
            for warning in response.warnings where !warnings.contains(warning) { warnings.append(warning) }
            return zip(pictures, response.results).map { .success(PictureAnswer($0, $1, of: response)) }
        } catch let error as ClientError where [.badModel, .classifierNotFound, .invalidName].contains(error.code) {
            // About the classifier: every picture would get the same error.
            throw error
        } catch {
            let failure = Failure(error)
            guard failure.exitCode == .badInput || failure.exitCode == .notFound else { throw failure }
            if pictures.count == 1 { return [.failure(failure)] }
            var results: [Result<PictureAnswer, Failure>] = []
            for picture in pictures { results += try ask([picture]) }
            return results
        }
    }
}

/// Who is in a picture: the API's answer with what answered. As JSON, the keys of both stand side by side.
struct PictureAnswer: Encodable {
    let picture: PictureInput
    let answer: Classification
    let model: String
    let head: String
    let calibration: String?
    let classifier: String?

    private enum CodingKeys: String, CodingKey { case model, head, calibration, classifier }

    init(_ picture: PictureInput, _ answer: Classification, of response: ClassifyImages.Response) {
        self.picture = picture
        self.answer = answer
        model = response.model
        head = response.head
        calibration = response.calibration
        classifier = response.classifier
    }

    func encode(to encoder: any Encoder) throws {
        try answer.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(model, forKey: .model)
        try container.encode(head, forKey: .head)
        try container.encode(calibration, forKey: .calibration)
        try container.encode(classifier, forKey: .classifier)
    }
}

/// Answers as people and tables have them.
extension PictureAnswer {
    static let columns = ["image", "character", "probability", "distance", "certain"]

    /// The nearest candidate's probability and distance beside the answer, which is empty for an unknown picture.
    var row: [String] {
        let nearest = answer.candidates.first
        return [
            picture.path, answer.character ?? "", nearest.map { "\($0.probability)" } ?? "",
            nearest.map { "\($0.distance)" } ?? "", answer.certain ? "yes" : "no",
        ]
    }

    /// The first candidate that is not rejected, or the first.
    var nearest: Candidate? { answer.candidates.first { $0.rejection == nil } ?? answer.candidates.first }

    /// The character, and whether that is not sure; or that the picture is unknown, and who comes first.
    var verdict: String {
        if let character = answer.character { return answer.certain ? character : "probably \(character), not sure" }
        guard let nearest else { return "unknown (nobody is enrolled)" }
        return "unknown (\(classifier == nil ? "nearest" : "likeliest"): \(Self.name(of: nearest)))"
    }

    static func name(of candidate: Candidate) -> String {
        candidate.character + (candidate.rejection.map { ", rejected by \($0)" } ?? "")
    }
}
