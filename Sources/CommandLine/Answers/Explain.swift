import API
import Client
import Geometry
import Options

enum Explain: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho explain", summary: "name the character in a picture, and say why",
        discussion: """
            Prints who is named or why nobody is, how probable that is, the candidates, the nearest enrolled pictures, which characters you rejected for this picture, and what would help; for each face, the largest first.
            """,
        operands: [.image],
        options: [Option("top", "K", help: "list K candidates (default: 5)")] + FaceOptions.all)

    /// Below this the second is said to be nearly as likely.
    private static let narrow = 0.2

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let top = try arguments.integer("top", in: 1...ClassifyImages.maximumTop)
        let selection = try FaceOptions.selection(arguments, pictures: 1)
        let picture = try arguments.picture()
        let path = Visible.line(picture.path)
        let response = try arguments.client.call(
            ClassifyImages.self, .init(top: top, selection: selection, files: [try picture.part()]))
        if console.isJSON { return try console.print(json: response) }
        guard let faces = response.results.first?.faces else {
            throw Failure(.internal, "the daemon gave no answer")
        }
        guard !faces.isEmpty else { return console.print("\(path): no face found") }
        let decision =
            "decided by model \(response.model), head \(response.head), calibration \(response.calibration ?? "none")\n"
        for (index, face) in faces.enumerated() {
            let place = face.box.map { ", face \(index + 1) of \(faces.count) at \($0)" } ?? ""
            console.print((index > 0 ? "\n" : "") + "\(path)\(place): \(verdict(face))\n\(decision)")
            show(face, path, console)
        }
    }

    private static func show(_ answer: FaceAnswer, _ path: String, _ console: Console) {
        if !answer.candidates.isEmpty { console.print(candidates(answer) + "\n") }
        if let first = answer.firstOpen, !answer.nearestImages.isEmpty {
            console.print("the enrolled pictures of \(first.character) that are nearest:\n\(images(answer))\n")
        }
        console.print("what would help: \(advice(answer, path))")
    }

    private static func verdict(_ answer: FaceAnswer) -> String {
        guard let first = answer.firstOpen else {
            return answer.candidates.isEmpty ? "unknown, nobody is enrolled" : "unknown, everybody near is rejected"
        }
        let name = first.character
        guard !answer.unknown else { return "unknown, likeliest \(name)" + probabilities(answer) }
        let decimal = Show.decimal(first.probability, 1)
        return (answer.certain ? name : "probably \(name) (\(decimal)), not sure") + probabilities(answer)
    }

    /// The three probabilities, and what a name needs.
    private static func probabilities(_ answer: FaceAnswer) -> String {
        guard let probability = answer.probability else { return "" }
        guard let stranger = answer.strangerProbability, let threshold = answer.threshold else {
            guard let mean = answer.meanDistance, let radius = answer.radius else {
                return
                    "\nprobability \(Show.percent(probability)); there is nothing to tell strangers by, so no picture is unknown"
            }
            let difference = Show.decimal(abs(radius - mean))
            return "\nprobability \(Show.percent(probability)); distance to the nearest mean \(Show.decimal(mean)), "
                + (mean <= radius ? "within" : "beyond") + " the radius \(Show.decimal(radius)) by \(difference)"
        }
        return
            "\nprobability \(Show.percent(probability)), another enrolled character \(Show.percent(answer.otherProbability)), "
            + "nobody enrolled \(Show.percent(stranger)); a name needs \(Show.percent(threshold))"
    }

    private static func candidates(_ answer: FaceAnswer) -> String {
        var table = TextTable(("CANDIDATE", .left), ("PROBABILITY", .right), ("DISTANCE", .right), ("", .left))
        for candidate in answer.candidates {
            table.add(
                candidate.character, Show.percent(candidate.probability), Show.decimal(candidate.distance),
                candidate.rejection.map { "rejected by \($0)" } ?? "")
        }
        return table.text
    }

    private static func images(_ answer: FaceAnswer) -> String {
        var table = TextTable(("IMAGE", .right), ("DISTANCE", .right), ("FROM", .left))
        for image in answer.nearestImages {
            table.add(
                String(image.id), Show.decimal(image.distance), PackText.origin(image.source, pack: image.pack))
        }
        return table.text
    }

    private static func advice(_ answer: FaceAnswer, _ path: String) -> String {
        let path = quoted(path) + (answer.box.map { " --box \($0)" } ?? "")
        guard let first = answer.firstOpen else { return "aniwho enroll NAME \(path), if you know who it is" }
        let name = quoted(first.character)
        let (isOne, isNone) = ("aniwho enroll \(name) \(path)", "aniwho reject \(path) \(name)")
        if answer.unknown { return "if it is \(first.character): \(isOne)" }
        guard let margin = answer.margin, margin < narrow, let second = answer.secondOpen else {
            return "nothing; if it is not \(first.character): \(isNone)"
        }
        return "\(second.character) is nearly as likely: more pictures of both; if it is \(first.character): \(isOne);"
            + " if it is not: \(isNone)"
    }

    /// A word as a shell takes it.
    private static func quoted(_ word: String) -> String {
        let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "/._-".contains($0) }
        return isPlain ? word : CompletionScript.quoted(word)
    }
}

extension FaceAnswer {
    /// The nearest candidate that is not rejected.
    fileprivate var firstOpen: Candidate? { candidates.first { $0.rejection == nil } }

    fileprivate var secondOpen: Candidate? { candidates.filter { $0.rejection == nil }.dropFirst().first }
}
