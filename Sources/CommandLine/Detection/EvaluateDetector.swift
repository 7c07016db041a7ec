import API
import Detection
import Options
import Statistics

enum EvaluateDetector: Command {
    static let declaration = Declaration(
        name: "aniwho evaluate-detector", summary: "measure a face detector on pictures whose faces are known",
        discussion: """
            Needs no daemon. --data takes folders as aniwho train-detector does. A found box is right if it overlaps a face's by 0.4
            (intersection over union). Prints precision, recall, F1 and average precision over the pictures with faces, and the
            boxes found for each picture without a face, with 95 % intervals: for all pictures and by kind, the start of the file's name
            up to “_”. --held-out measures only the third that training holds out. --hard makes each picture with faces harder in
            several ways and prints a row for each: \(HardKind.allCases.map(\.rawValue).joined(separator: ", ")).
            The row of all pictures does not count them. Places of ignored.json beside boxes.json do not count either way.
            """,
        options: [
            Option("data", "LIST", help: "folders of pictures, with and without faces, separated by commas"),
            Option("held-out", help: "only the pictures that training holds out to validate on"),
            Option("without", "LIST", help: "kinds of pictures to leave out"),
            Option("hard", help: "also measure the pictures with faces made harder in \(HardKind.allCases.count) ways"),
            LocalDetector.threshold,
        ] + LocalDetector.options)

    private struct Report: Encodable {
        let kind: String
        let pictures, faces, facelessPictures: Int
        let precision, recall, f1, averagePrecision, falseBoxes: Estimate?
        let threshold: Double

        init(_ kind: String, _ scores: DetectionScores) {
            self.kind = kind
            (pictures, faces, facelessPictures) = (scores.pictures, scores.faces, scores.facelessPictures)
            (precision, recall, f1) = (scores.precision, scores.recall, scores.f1)
            (averagePrecision, falseBoxes) = (scores.averagePrecision, scores.falseBoxes)
            threshold = scores.threshold
        }
    }

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let out = Set(arguments["without"].map(RunOptions.list) ?? [])
        let isHeldOut = arguments.flag("held-out")
        let entries = try FacePictures(folders: RunOptions.list(try arguments.required("data"))).entries.filter {
            (!isHeldOut || $0.isHeldOut) && !out.contains($0.kind)
        }
        guard !entries.isEmpty else { throw Failure(.badInput, "no pictures are left to measure on") }
        let detector = try LocalDetector.detector(arguments)
        let threshold = try LocalDetector.threshold(arguments) ?? detector.model.threshold
        let progress = ProgressBar("pictures", total: entries.count, console: console)
        var done = 0
        let ways = arguments.flag("hard") ? HardKind.allCases : []
        var harder: [DetectionScores.Picture] = []
        let pictures = try entries.mapPictures(PictureList.unreadable) { entry throws(Failure) in
            defer {
                done += 1
                progress.update(done)
            }
            let image = try PictureInput(file: entry.path).image()
            if !entry.boxes.isEmpty { harder += ways.map { detector.measure(entry, image, $0) } }
            return detector.measure(entry, image)
        }
        var reports = [Report("all", DetectionScores(pictures, threshold: threshold))]
        for (kind, group) in Dictionary(grouping: pictures + harder, by: \.kind).sorted(by: { $0.key < $1.key }) {
            reports.append(Report(kind, DetectionScores(group, threshold: threshold)))
        }
        if console.isJSON { return try console.print(json: reports) }
        console.print("\(text(reports))\nboxes count from a score of \(Show.decimal(threshold, 2))")
    }

    private static func text(_ reports: [Report]) -> String {
        var table = TextTable(
            ("kind", .left), ("pictures", .right), ("faces", .right), ("precision", .right), ("recall", .right),
            ("F1", .right), ("AP", .right), ("false boxes", .right))
        for report in reports {
            func share(_ estimate: Estimate?) -> String { estimate.map(Show.estimate) ?? "" }
            let falseBoxes = report.falseBoxes.map {
                "\(Show.decimal($0.mean)) (\(Show.decimal($0.low))–\(Show.decimal($0.high)))"
            }
            table.add(
                report.kind, String(report.pictures), String(report.faces), share(report.precision),
                share(report.recall), share(report.f1), share(report.averagePrecision), falseBoxes ?? "")
        }
        return table.text
    }
}
