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
            Option("keep-unknown", help: "keep unknown pictures in the inbox: see aniwho inbox list"),
            Option("csv", help: "print comma-separated values: image, character, probability, distance"), .json,
            .socket,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let top = try arguments.integer("top", in: 1...ClassifyImages.maximumTop)
        if arguments.flag("csv"), arguments.flag("json") {
            throw arguments.misuse("--csv and --json exclude each other")
        }
        let manner = try arguments.choice("manner", of: FileSorter.Manner.names)
        guard manner == nil || arguments["sort-into"] != nil else {
            throw arguments.misuse("--manner goes with --sort-into")
        }
        let paths = try ImagePaths.expand(arguments.list("IMAGE"))
        let sorter = try arguments["sort-into"].map { try FileSorter($0, manner: manner) }
        let progress = ProgressBar("classifying", total: paths.count, console: console)
        var questions = PictureQuestions(top: top, classifier: arguments["classifier"], arguments.client)
        var answers: [PictureAnswer] = []
        var failures: [Failure] = []
        var sorted = 0
        for start in stride(from: 0, to: paths.count, by: PictureQuestions.chunk) {
            let part = Array(paths[start..<min(paths.count, start + PictureQuestions.chunk)])
            for result in try questions.ask(part) {
                switch result {
                case .success(let answer):
                    answers.append(answer)
                    if let sorter, try sorter.put(answer.image, under: answer.character) { sorted += 1 }
                case .failure(let failure): failures.append(failure)
                }
            }
            if paths.count > part.count { progress.update(start + part.count) }
        }
        for warning in questions.warnings { console.warn(warning) }
        if arguments.flag("json") {
            try console.print(json: answers)
        } else if arguments.flag("csv") {
            console.print(CSV.text([PictureAnswer.columns] + answers.map(\.row)), terminator: "")
        } else if sorter == nil {
            show(answers, top: top, console)
        }
        let unknown = answers.filter(\.unknown).map(\.image)
        if let folder = arguments["sort-into"] {
            console.complain(
                "\(Show.count(sorted, "picture")) put into \(folder), \(answers.count - sorted) there already; \(unknown.count) unknown"
            )
        }
        if arguments.flag("keep-unknown") {
            let kept = try PictureUpload.keep(unknown, arguments.client)
            console.complain("\(Show.count(kept, "unknown picture")) kept; see aniwho inbox list")
        }
        guard let first = failures.first else { return }
        if paths.count == 1 { throw first }
        for failure in failures { console.complain("aniwho: \(failure.message)") }
        throw Failure(first.exitCode, "\(failures.count) of \(paths.count) pictures could not be classified")
    }

    private static func show(_ answers: [PictureAnswer], top: Int?, _ console: Console) {
        guard !answers.isEmpty else { return }
        var table = TextTable(("IMAGE", .left), ("CHARACTER", .left), ("PROBABILITY", .right), ("DISTANCE", .right))
        for answer in answers {
            table.add(
                answer.image, answer.verdict, answer.nearest.map { Show.percent($0.probability) } ?? "",
                answer.nearest.map { Show.decimal($0.distance) } ?? "")
            for candidate in answer.candidates.prefix(top ?? 0) where candidate.character != answer.character {
                table.add(
                    "", "  \(PictureAnswer.name(of: candidate))", Show.percent(candidate.probability),
                    Show.decimal(candidate.distance))
            }
        }
        console.print(table.text)
    }
}
