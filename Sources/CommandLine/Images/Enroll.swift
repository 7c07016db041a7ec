import API
import Client
import FewShot
import Options

enum Enroll: Command {
    static let declaration = Declaration(
        name: "aniwho enroll", summary: "enrol a character with pictures, or add pictures to one",
        discussion: """
            Five pictures of the face are enough. When one of a character's pictures is bad, none of them is enrolled. A picture
            that is there already is reported and not stored twice; --from-folders does not even send it, so that one that was
            interrupted may be repeated. At the end each character's pictures are checked, as aniwho doctor does it.
            """,
        operands: [
            Operand("NAME", .optional, help: "the character"),
            Operand("IMAGE", .any, help: "pictures (PNG, JPEG, WebP); a folder counts as its pictures"),
        ],
        options: [
            Option("from-folders", "DIR", help: "enrol a folder of folders instead, one a character"),
            Option(
                "images-per-character", "K", help: "with --from-folders: the first K pictures of each (default: all)"),
            .json, .socket,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let limit = try arguments.integer("images-per-character", in: 1...Int.max)
        if let folder = arguments["from-folders"] {
            guard arguments.operand("NAME") == nil else {
                throw arguments.misuse("--from-folders takes the names from the folders")
            }
            return try enrollFolders(folder, limit: limit, arguments, console)
        }
        guard limit == nil else { throw arguments.misuse("--images-per-character goes with --from-folders") }
        guard let name = arguments.operand("NAME") else { throw arguments.misuse("NAME is missing") }
        let paths = try ImagePaths.expand(arguments.list("IMAGE"))
        guard !paths.isEmpty else { throw arguments.misuse("IMAGE is missing") }
        let result = try console.waiting("enrolling") { try PictureUpload.enroll(name, paths, arguments.client) }
        if arguments.flag("json") { return try console.print(json: result) }
        EnrollmentText.report(result, console)
        let review = try arguments.client.call(ReviewCharacter.self, NamedRequest(name: result.character.name))
        if review.asked > 0 { console.print(ReviewText.summary(review)) }
        for line in review.advice { console.print("- \(line)") }
    }

    /// One request a character, where its pictures fit into one.
    private static func enrollFolders(_ folder: String, limit: Int?, _ arguments: Arguments, _ console: Console) throws
    {
        let classes = try ClassFolders(path: folder).classes
        let progress = ProgressBar("enrolling", total: classes.count, console: console)
        var enrollment = FolderEnrollment(limit: limit, arguments.client)
        for (index, character) in classes.enumerated() {
            try enrollment.enroll(character)
            progress.update(index + 1)
        }
        let results = enrollment.results
        if arguments.flag("json") {
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
            console.complain(
                "\(Show.count(skipped.pictures, "picture")) skipped, enrolled already, among them all of \(Show.count(skipped.characters, "character"))"
            )
        }
        for result in results { EnrollmentText.complain(result, console) }
        for (name, failure) in enrollment.failures {
            console.complain("aniwho: \(name) was not enrolled: \(failure.message)")
        }
        if let first = enrollment.failures.first {
            throw Failure(
                first.failure.exitCode, "\(enrollment.failures.count) of \(classes.count) characters were not enrolled")
        }
    }

    /// What each character's images are worth, a line each.
    private static func check(_ names: [String], _ client: Client, _ console: Console) throws {
        let progress = ProgressBar("checking", total: names.count, console: console)
        var table = TextTable(
            ("CHARACTER", .left), ("IMAGES", .right), ("RIGHT", .right), ("UNKNOWN", .right), ("TO MEND", .right))
        var advised = 0
        for (index, name) in names.enumerated() {
            let review = try client.call(ReviewCharacter.self, NamedRequest(name: name))
            if !review.advice.isEmpty { advised += 1 }
            table.add(
                name, String(review.images), review.asked > 0 ? "\(review.right)/\(review.asked)" : "",
                review.unknown.map { String($0) } ?? "", review.advice.isEmpty ? "" : String(review.advice.count))
            progress.update(index + 1)
        }
        console.print("\neach image asked as if not enrolled")
        console.print(table.text)
        if advised > 0 { console.print("what to mend: aniwho doctor NAME") }
    }
}

/// What an enrolment did, as people read it.
enum EnrollmentText {
    static func report(_ result: EnrollImages.Response, _ console: Console) {
        console.print(
            "\(result.created ? "enrolled" : "added to") \(result.character.name): \(Show.count(result.added.count, "new image")), \(result.character.images) in all"
        )
        complain(result, console)
    }

    /// Pictures that were there already, or are somebody else's too.
    static func complain(_ result: EnrollImages.Response, _ console: Console) {
        for duplicate in result.duplicates {
            console.complain(
                "\(duplicate.file ?? "") is enrolled already, as image \(duplicate.image.id); not stored twice")
        }
        for conflict in result.conflicts {
            console.complain(
                "\(conflict.file ?? "") is also enrolled as \(conflict.image.character): a mistake, or a picture of both?"
            )
        }
    }
}
