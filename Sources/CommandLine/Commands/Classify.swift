import API
import Client
import Options
import Report

enum Classify: Command {
    static let declaration = Declaration(
        name: "aniwho classify", summary: "say who is in pictures",
        discussion:
            """
            A picture too far from every character is unknown; its nearest candidates are listed all the same. With --classifier
            a trained classifier answers, among the characters it was trained on; whom of the enrolled it does not know is told
            on standard error. With --sort-into every picture is put into DIR/CHARACTER/ too, or DIR/_unknown/; those that are there
            already are left, so that a run that was interrupted may be repeated.
            """,
        operands: [Operand("IMAGE", .many, help: "pictures (PNG, JPEG, WebP); a folder counts as its pictures")],
        options: [
            Option("classifier", "NAME", help: "ask this trained classifier (default: the enrolled pictures answer)"),
            Option("top", "K", help: "list K candidates (default: 5 in JSON, else the answer alone)"),
            Option("sort-into", "DIR", help: "put the pictures into a folder for each character here"),
            Option("manner", "HOW", help: "with --sort-into: copy, or link (default: copy)"),
            Option("csv", help: "print comma-separated values: image, character, probability, distance"), .json,
            .socket,
        ])

    /// An answer in JSON.
    private struct Answer: Encodable {
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

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(image, forKey: .image)
            try container.encode(character, forKey: .character)
            try container.encode(unknown, forKey: .unknown)
            try container.encode(candidates, forKey: .candidates)
            try container.encode(meanDistance, forKey: .meanDistance)
            try container.encode(radius, forKey: .radius)
            try container.encode(margin, forKey: .margin)
            try container.encode(nearestImages, forKey: .nearestImages)
            try container.encode(model, forKey: .model)
            try container.encode(head, forKey: .head)
            try container.encode(calibration, forKey: .calibration)
            try container.encode(classifier, forKey: .classifier)
        }

        private enum CodingKeys: String, CodingKey {
            case image, character, unknown, candidates, radius, margin, model, head, calibration, classifier
            case meanDistance = "mean_distance"
            case nearestImages = "nearest_images"
        }
    }

    /// Pictures in one request.
    private static let chunk = 32

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let top = try arguments.integer("top", in: 1...ClassifyImages.maximumTop)
        let classifier = arguments["classifier"]
        let paths = try ImagePaths.expand(arguments.list("IMAGE"))
        let sorter = try sorter(arguments)
        let progress = ProgressBar("classifying", total: paths.count, console: console)
        var answers: [Answer] = []
        var failures: [Failure] = []
        var warnings: [String] = []
        var sorted = 0
        let client = arguments.client
        for start in stride(from: 0, to: paths.count, by: chunk) {
            let part = Array(paths[start..<min(paths.count, start + chunk)])
            for result in try ask(part, top: top, classifier: classifier, client, &warnings) {
                switch result {
                case .success(let answer):
                    answers.append(answer)
                    if let sorter, try sorter.put(answer.image, under: answer.character) { sorted += 1 }
                case .failure(let failure): failures.append(failure)
                }
            }
            if paths.count > chunk { progress.update(start + part.count) }
        }
        for warning in warnings { console.warn(warning) }
        if arguments.flag("json") {
            try console.print(json: answers)
        } else if arguments.flag("csv") {
            console.print(csv(answers), terminator: "")
        } else if sorter == nil {
            show(answers, top: top, console)
        }
        if let folder = arguments["sort-into"] {
            let unknown = answers.count(where: \.unknown)
            console.complain(
                "\(Show.count(sorted, "picture")) put into \(folder), \(answers.count - sorted) there already; \(unknown) unknown"
            )
        }
        guard let first = failures.first else { return }
        if paths.count == 1 { throw first }
        for failure in failures { console.complain("aniwho: \(failure.message)") }
        throw Failure(first.exitCode, "\(failures.count) of \(paths.count) pictures could not be classified")
    }

    /// - Throws: `UsageError` for options that do not go together; what making the folder throws.
    private static func sorter(_ arguments: Arguments) throws -> FileSorter? {
        if arguments.flag("csv"), arguments.flag("json") {
            throw arguments.misuse("--csv and --json exclude each other")
        }
        let manner = try arguments.choice("manner", of: FileSorter.Manner.allCases.map(\.rawValue))
        guard let folder = arguments["sort-into"] else {
            if manner != nil { throw arguments.misuse("--manner goes with --sort-into") }
            return nil
        }
        return try FileSorter(folder, manner.flatMap(FileSorter.Manner.init(rawValue:)) ?? .copy)
    }

    /// The nearest candidate's probability and distance beside the answer, which is empty for an unknown picture.
    private static func csv(_ answers: [Answer]) -> String {
        let rows = answers.map { answer in
            let nearest = answer.candidates.first
            return [
                answer.image, answer.character ?? "", nearest.map { "\($0.probability)" } ?? "",
                nearest.map { "\($0.distance)" } ?? "",
            ]
        }
        return CSV.text([["image", "character", "probability", "distance"]] + rows)
    }

    /// Asks about pictures together; when one of them is bad, about each alone, so that the others get their answer.
    /// - Parameter warnings: gets what is said beside the answers, each once.
    private static func ask(
        _ paths: [String], top: Int?, classifier: String?, _ client: Client, _ warnings: inout [String]
    ) throws -> [Result<Answer, Failure>] {
        do {
            let files = try paths.map { try ImagePaths.part($0) }
            let response = try client.call(
                ClassifyImages.self, .init(top: top, classifier: classifier, files: files))
            for warning in response.warnings where !warnings.contains(warning) { warnings.append(warning) }
            return zip(paths, response.results).map { path, result in
                .success(
                    Answer(
                        image: path, character: result.character, unknown: result.unknown,
                        candidates: result.candidates, meanDistance: result.meanDistance, radius: result.radius,
                        margin: result.margin, nearestImages: result.nearestImages, model: response.model,
                        head: response.head, calibration: response.calibration, classifier: response.classifier))
            }
        } catch let error as ClientError where [.badModel, .classifierNotFound, .invalidName].contains(error.code) {
            // Of the classifier: it would come again with every picture.
            throw error
        } catch {
            let failure = Failure(error)
            guard failure.exitCode == .badInput || failure.exitCode == .notFound else { throw failure }
            if paths.count == 1 { return [.failure(failure)] }
            return try paths.flatMap { try ask([$0], top: top, classifier: classifier, client, &warnings) }
        }
    }

    private static func show(_ answers: [Answer], top: Int?, _ console: Console) {
        guard !answers.isEmpty else { return }
        var table = TextTable(("IMAGE", .left), ("CHARACTER", .left), ("PROBABILITY", .right), ("DISTANCE", .right))
        for answer in answers {
            let nearest = answer.candidates.first { $0.rejection == nil } ?? answer.candidates.first
            let verdict =
                if let character = answer.character { character } else if let nearest {
                    "unknown (\(answer.classifier == nil ? "nearest" : "likeliest"): \(name(of: nearest)))"
                } else { "unknown (nobody is enrolled)" }
            table.add(
                answer.image, verdict, nearest.map { Show.percent($0.probability) } ?? "",
                nearest.map { Show.decimal($0.distance) } ?? "")
            for candidate in answer.candidates.prefix(top ?? 0) where candidate.character != answer.character {
                table.add(
                    "", "  \(name(of: candidate))", Show.percent(candidate.probability),
                    Show.decimal(candidate.distance))
            }
        }
        console.print(table.text)
    }

    private static func name(of candidate: Candidate) -> String {
        candidate.character + (candidate.rejection.map { ", rejected by \($0)" } ?? "")
    }
}
