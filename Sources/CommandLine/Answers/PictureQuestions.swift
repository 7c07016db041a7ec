import API
import Client
import Geometry

/// Classifies pictures.
struct PictureQuestions {
    /// Pictures in one request.
    static let chunk = 32

    private let top: Int?
    private let classifier: String?
    private let selection: FaceSelection
    private let client: Client
    /// What was said beside the answers, each once.
    private(set) var warnings: [String] = []

    init(top: Int?, classifier: String?, _ selection: FaceSelection, _ client: Client) {
        (self.top, self.classifier, self.selection, self.client) = (top, classifier, selection, client)
    }

    /// Asks about pictures together, ``chunk`` at most. When one of them is bad, it asks about each separately, so that the
    /// others get an answer.
    /// - Throws: errors that are not about one picture.
    mutating func ask(_ pictures: [PictureInput]) throws -> [Result<PictureAnswer, Failure>] {
        do {
            let files = try pictures.map { try $0.part() }
            let response = try client.call(
                ClassifyImages.self, .init(top: top, classifier: classifier, selection: selection, files: files))
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
    static let columns = ["image", "character", "probability", "distance", "certain", "box"]

    /// A row for each face; one without a character for a picture without faces.
    var rows: [[String]] {
        (answer.faces.isEmpty ? [.nobody] : answer.faces).map { [picture.path] + $0.cells }
    }

    /// The characters that are named, each once, that of the largest face first.
    var characters: [String] {
        var seen: Set<String> = []
        return answer.faces.compactMap(\.character).filter { seen.insert($0).inserted }
    }

    /// What is said of a face.
    func verdict(_ face: FaceAnswer) -> String {
        answer.faces.isEmpty ? "no face found" : face.verdict(byClassifier: classifier != nil)
    }

    /// What is said of the picture's faces, in a line.
    var verdict: String {
        (answer.faces.isEmpty ? [.nobody] : answer.faces).map { face in
            let probability = face.character == nil ? nil : face.nearest.map { Show.percent($0.probability) }
            return ([verdict(face)] + [probability].compactMap(\.self)).joined(separator: ", ")
        }.joined(separator: "; ")
    }
}

extension FaceAnswer {
    /// The character, and whether that is not sure; or that the face is unknown, and who comes first.
    var verdict: String { verdict(byClassifier: false) }

    fileprivate func verdict(byClassifier: Bool) -> String {
        if let character { return certain ? character : "probably \(character), not sure" }
        guard let nearest else { return "unknown (nobody is enrolled)" }
        return "unknown (\(byClassifier ? "likeliest" : "nearest"): \(nearest.text))"
    }

    /// The nearest candidate's probability and distance beside the answer, which is empty for an unknown face.
    fileprivate var cells: [String] {
        let first = candidates.first
        return [
            character ?? "", first.map { "\($0.probability)" } ?? "", first.map { "\($0.distance)" } ?? "",
            certain ? "yes" : "no", box?.description ?? "",
        ]
    }

    /// The first candidate that is not rejected, or the first.
    var nearest: Candidate? { candidates.first { $0.rejection == nil } ?? candidates.first }
}

extension Candidate {
    /// Its name, and whether it is rejected.
    var text: String { character + (rejection.map { ", rejected by \($0)" } ?? "") }
}
