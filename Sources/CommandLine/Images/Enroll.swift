import API
import Client
import Options

enum Enroll: AsksDaemon, TakesPictures {
    static let declaration = Declaration(
        name: "aniwho enroll", summary: "enroll a character with pictures, or add pictures to one",
        discussion: """
            Five pictures are enough. A picture may show more than the face, which is found in it; the registry keeps the picture and
            where the face is. If it shows several faces, the command lists them and asks to choose one. If one of the pictures is bad, none of them is enrolled. A picture that is
            enrolled already is reported and not stored twice; --from-folders does not even send it, so that you can repeat a run
            that was interrupted. It names every folder and picture that it leaves out, and then ends with status 5: unreadable and
            empty folders, folders within folders, and formats that are not supported. At the end the command checks each character's pictures, as aniwho doctor does.
            """,
        operands: [
            Operand("NAME", .optional, help: "the character"),
            .images,
        ],
        options: [
            Option("series", "SERIES", help: "say which series the characters are from (default: as it is)"),
            Option(
                "from-folders", "DIR", help: "instead, enroll a folder that has a folder of pictures for each character"
            ),
            Option(
                "images-per-character", "K", help: "with --from-folders: the first K pictures of each (default: all)"),
            Option(
                "from-xmp", "DIR",
                help: "instead, enroll the named faces in the XMP files beside the pictures in and below a folder"),
            Option("only-corrected", help: "with --from-xmp: leave out the names that AniWho itself wrote there"),
        ] + FaceOptions.all)

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let limit = try arguments.integer("images-per-character", in: 1...Int.max)
        let pictures = try arguments.pictures("IMAGE")
        if let folder = arguments["from-folders"] {
            guard arguments.operand("NAME") == nil, pictures.isEmpty else {
                throw arguments.misuse("--from-folders takes names and pictures from the folders")
            }
            let selection = try FaceOptions.selection(arguments, pictures: 2)
            return try enrollFolders(folder, selection, limit: limit, arguments, console)
        }
        guard limit == nil else { throw arguments.misuse("--images-per-character goes with --from-folders") }
        if let folder = arguments["from-xmp"] {
            guard arguments.operand("NAME") == nil, pictures.isEmpty else {
                throw arguments.misuse("--from-xmp takes names and pictures from the folder")
            }
            return try enrollFromXMP(folder, arguments, console)
        }
        guard !arguments.flag("only-corrected") else { throw arguments.misuse("--only-corrected goes with --from-xmp") }
        guard let name = arguments.operand("NAME") else { throw arguments.misuse("NAME is missing") }
        guard !pictures.isEmpty else {
            throw arguments.misuse("IMAGE is missing: name a picture, or give --files-from")
        }
        let selection = try FaceOptions.selection(arguments, pictures: pictures.count)
        var result = try console.waiting("enrolling") {
            try PictureUpload.enroll(name, pictures, selection, arguments.client)
        }
        if let series = arguments["series"] {
            result.character = try SeriesText.set(series, of: name, arguments.client)
        }
        if console.isJSON { return try console.print(json: result) }
        EnrollmentText.report(result, console)
        let review = try arguments.client.call(ReviewCharacter.self, NamedRequest(name: result.character.name))
        if review.asked > 0 { console.print(ReviewText.summary(review)) }
        for line in review.advice { console.print("- \(line)") }
    }

    private static func enrollFromXMP(_ folder: String, _ arguments: Arguments, _ console: Console) throws {
        let pictures = try PictureList.below(folder)
        let progress = ProgressBar("reading", total: pictures.count, console: console)
        var enrollment = XMPEnrollment(leavesOwn: arguments.flag("only-corrected"), arguments.client)
        try enrollment.enroll(pictures) { progress.update($0) }
        var report = enrollment.report
        if let series = arguments["series"] {
            for index in report.enrolled.indices {
                let name = report.enrolled[index].character.name
                report.enrolled[index].character = try SeriesText.set(series, of: name, arguments.client)
            }
        }
        if console.isJSON {
            try console.print(json: report)
        } else {
            let images = report.enrolled.reduce(0) { $0 + $1.added.count }
            console.print(
                "enrolled \(Show.count(report.enrolled.count, "character")) with \(Show.count(images, "new image"))")
        }
        if report.known > 0 { console.note("\(Show.count(report.known, "face")) enrolled already") }
        if report.unnamed > 0 { console.note("\(Show.count(report.unnamed, "picture")) without a name") }
        if report.own > 0, !arguments.flag("only-corrected") {
            console.note(
                "\(Show.count(report.own, "name")) written by AniWho itself; if nobody has looked at them, leave them out with --only-corrected"
            )
        }
        for result in report.enrolled { EnrollmentText.note(result, console) }
        guard enrollment.failures.isEmpty else {
            throw Failure(
                .badInput,
                "\(Show.count(enrollment.failures.count, "picture or character", "pictures or characters")) left out",
                causes: enrollment.failures.flatMap { $0.causes + [$0.message] })
        }
    }

    /// Sends one request for each character whose pictures fit into one.
    private static func enrollFolders(
        _ folder: String, _ selection: FaceSelection, limit: Int?, _ arguments: Arguments, _ console: Console
    ) throws {
        let scan = try FolderScan(folder)
        let progress = ProgressBar("enrolling", total: scan.characters.count, console: console)
        var enrollment = FolderEnrollment(limit: limit, selection, series: arguments["series"], arguments.client)
        for (index, character) in scan.characters.enumerated() {
            try enrollment.enroll(character)
            progress.update(index + 1)
        }
        let results = enrollment.results
        if console.isJSON {
            try console.print(json: results)
        } else {
            let images = results.reduce(0) { $0 + $1.added.count }
            let created = results.count(where: \.created)
            console.print(
                "enrolled \(Show.count(results.count, "character")) (\(created) new) with \(Show.count(images, "new image"))"
            )
            if !results.isEmpty { try check(results.map(\.character.name), arguments.client, console) }
        }
        let skipped = enrollment.skipped
        if skipped.pictures > 0 {
            console.note(
                "\(Show.count(skipped.pictures, "picture")) skipped, enrolled already, among them all of \(Show.count(skipped.characters, "character"))"
            )
        }
        for result in results { EnrollmentText.note(result, console) }
        note(scan, folder, console)
        let left = scan.leftOut.map { "left out: \($0)" }
        if let first = enrollment.failures.first {
            throw Failure(
                first.failure.code,
                "\(enrollment.failures.count) of \(scan.characters.count) characters were not enrolled",
                causes: left
                    + enrollment.failures.flatMap { name, failure in
                        failure.causes + ["\(name) was not enrolled: \(failure.message)"]
                    })
        }
        guard left.isEmpty else {
            throw Failure(
                .badInput, "\(Show.count(left.count, "file or folder", "files and folders")) of \(folder) left out",
                causes: left)
        }
    }

    /// What is left out of a folder because it is nobody's.
    private static func note(_ scan: FolderScan, _ folder: String, _ console: Console) {
        if scan.hasUnknown {
            console.note(
                "\(folder)/\(CharacterFolders.unknown) left out: --sort-into puts the pictures of nobody known there")
        }
        if let first = scan.others.first {
            console.note(
                "\(Show.count(scan.others.count, "other file")) left out, such as \(Visible.line(first)): no pictures")
        }
    }

    /// Checks each character's images, a line each.
    private static func check(_ names: [String], _ client: Client, _ console: Console) throws {
        let progress = ProgressBar("checking", total: names.count, console: console)
        var table = TextTable(
            ("CHARACTER", .left), ("IMAGES", .right), ("RIGHT", .right), ("UNKNOWN", .right), ("ADVICE", .right))
        var advised = 0
        for (index, name) in names.enumerated() {
            let review = try client.call(ReviewCharacter.self, NamedRequest(name: name))
            if !review.advice.isEmpty { advised += 1 }
            table.add(
                name, String(review.images), review.asked > 0 ? "\(review.right)/\(review.asked)" : "",
                review.unknown.map { String($0) } ?? "", review.advice.isEmpty ? "" : String(review.advice.count))
            progress.update(index + 1)
        }
        console.print("\neach image classified as if it were not enrolled")
        console.print(table)
        if advised > 0 { console.print("for advice: aniwho doctor NAME") }
    }
}

/// What an enrollment did.
enum EnrollmentText {
    static func report(_ result: EnrollImages.Response, _ console: Console) {
        console.print(
            "\(result.created ? "enrolled" : "added to") \(result.character.name): \(Show.count(result.added.count, "new image")), \(result.character.images) in all"
        )
        note(result, console)
    }

    /// Pictures that were there already, or that another character has too.
    static func note(_ result: EnrollImages.Response, _ console: Console) {
        for duplicate in result.duplicates {
            console.note(
                "\(Visible.line(duplicate.file ?? "")) is enrolled already, as image \(duplicate.image.id); not stored twice"
            )
        }
        for conflict in result.conflicts {
            console.note(
                "\(Visible.line(conflict.file ?? "")) is also enrolled as \(conflict.image.character): a mistake, or a picture of both?"
            )
        }
    }
}
