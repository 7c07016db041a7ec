import API

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
