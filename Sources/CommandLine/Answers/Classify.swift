import API
import Client
import Geometry
import Options

enum Classify: AsksDaemon, TakesPictures {
    static let declaration = Declaration(
        name: "aniwho classify", summary: "name the character in each picture",
        discussion: """
            A picture that is not probable enough to show any character is unknown; its likeliest candidates are listed all the same. An
            answer below 90 % is “probably” that character. Each face in a picture gets its answer, the largest face first; a picture
            that is itself a face is taken whole. With --classifier a
            trained classifier answers, among the characters it was trained on; a warning names the enrolled characters that it does
            not know. With --sort-into every picture is also put into DIR/CHARACTER/, or DIR/_unknown/. Pictures that are there
            already are skipped, so that you can repeat a run that was interrupted. A picture of several characters goes to each of
            them, or with --groups into a folder of the group. With --write the names also go into a file
            beside each picture, PICTURE.png.txt, .xmp or .json. What other programs wrote there stays, and so do the pictures. Of a
            video, which a file's content tells, it lists who appears when; Ctrl-C prints what was found, and the same command goes
            on from there.
            """,
        operands: [.images],
        options: [
            Option("classifier", "NAME", help: "ask this trained classifier (default: the enrolled pictures answer)"),
            Option("top", "K", help: "list K candidates (default: 5 in JSON, else the answer only)"),
        ] + FaceOptions.all + FileSorter.options + SidecarWriter.options + [
            Option("keep-unknown", help: "keep unknown pictures in the inbox: see aniwho inbox list"),
            Option("csv", help: "print comma-separated values: image, character, probability, distance, certain, box"),
        ] + [Together.option] + ClassifyVideo.options)

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        if try ClassifyVideo.isMeant(by: arguments) { return try await ClassifyVideo.run(arguments, console) }
        if arguments.flag(Together.option.name) { return try Together.run(arguments, console) }
        let top = try arguments.integer("top", in: 1...ClassifyImages.maximumTop)
        let printsCSV = arguments.flag("csv")
        if printsCSV, console.isJSON { throw arguments.misuse("--csv and --json exclude each other") }
        let keeps = arguments.flag("keep-unknown")
        let pictures = try arguments.somePictures("IMAGE")
        let selection = try FaceOptions.selection(arguments, pictures: pictures.count)
        let sorter = try FileSorter.given(arguments)
        var sidecars = try SidecarWriter.given(arguments)
        let progress = ProgressBar("classifying", total: pictures.count, console: console)
        var questions = PictureQuestions(top: top, classifier: arguments["classifier"], selection, arguments.client)
        var answers: [PictureAnswer] = []
        var failures: [Failure] = []
        var (unsorted, unwritten): ([Failure], [Failure]) = ([], [])
        var sorted = 0
        for start in stride(from: 0, to: pictures.count, by: PictureQuestions.chunk) {
            let part = Array(pictures[start..<min(pictures.count, start + PictureQuestions.chunk)])
            for result in try questions.ask(part) {
                switch result {
                case .success(let answer):
                    answers.append(answer)
                    // A picture that cannot be put there has an answer all the same.
                    do {
                        if let sorter, try sorter.put(answer.picture, of: answer.characters) { sorted += 1 }
                    } catch { unsorted.append(Failure(error)) }
                    do { try sidecars?.write(answer) } catch { unwritten.append(Failure(error)) }
                case .failure(let failure): failures.append(failure)
                }
            }
            if pictures.count > part.count { progress.update(start + part.count) }
        }
        for warning in questions.warnings { console.warn(warning) }
        if console.isJSON {
            try console.print(json: answers)
        } else if printsCSV {
            console.print(csv: [PictureAnswer.columns] + answers.flatMap(\.rows))
        } else if sorter == nil {
            show(answers, top: top, console)
        }
        let unknown = answers.count { $0.characters.isEmpty }
        if let folder = arguments["sort-into"] {
            console.note(
                "\(Show.count(sorted, "picture")) put into \(folder), \(answers.count - sorted - unsorted.count) there already; \(unknown) unknown"
            )
        }
        if let sidecars {
            console.note("\(Show.count(sidecars.written, "file")) written beside the pictures")
        }
        if keeps {
            let kept = try PictureUpload.keep(unknownOf: answers, arguments.client)
            console.note("\(Show.count(kept, "unknown face")) kept; see aniwho inbox list")
        }
        guard unsorted.isEmpty else {
            throw Failure(
                failures + unsorted, of: pictures.count, "pictures",
                "could not be classified and put into their folders",
                code: unsorted[0].code)
        }
        guard unwritten.isEmpty else {
            throw Failure(
                failures + unwritten, of: pictures.count, "pictures",
                "could not be classified and written about", code: unwritten[0].code)
        }
        guard failures.isEmpty else {
            throw Failure(failures, of: pictures.count, "pictures", "could not be classified")
        }
    }

    private static func show(_ answers: [PictureAnswer], top: Int?, _ console: Console) {
        guard !answers.isEmpty else { return }
        let hasBoxes = answers.contains { $0.answer.faces.contains { $0.box != nil } }
        var table = TextTable(
            [("IMAGE", .left)] + (hasBoxes ? [("FACE", .left)] : [])
                + [("CHARACTER", .left), ("PROBABILITY", .right), ("DISTANCE", .right)])
        func add(_ picture: String, _ place: String, _ cells: String...) {
            table.add([picture] + (hasBoxes ? [place] : []) + cells)
        }
        for answer in answers {
            let faces = answer.answer.faces.isEmpty ? [.nobody] : answer.answer.faces
            for (index, face) in faces.enumerated() {
                add(
                    index == 0 ? answer.picture.path : "", answer.answer.faces.isEmpty ? "" : Show.place(face),
                    answer.verdict(face), face.nearest.map { Show.percent($0.probability) } ?? "",
                    face.nearest.map { Show.decimal($0.distance) } ?? "")
                for candidate in face.candidates.prefix(top ?? 0) where candidate.character != face.character {
                    add(
                        "", "", "  \(candidate.text)", Show.percent(candidate.probability),
                        Show.decimal(candidate.distance))
                }
            }
        }
        console.print(table)
    }
}
