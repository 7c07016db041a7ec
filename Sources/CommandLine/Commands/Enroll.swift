import API
import Client
import FewShot
import Options

enum Enroll: Command {
    static let declaration = Declaration(
        name: "aniwho enroll", summary: "enrol a character with pictures, or add pictures to one",
        discussion: """
            Five pictures of the face are enough. When one of a character's pictures is bad, none of them is enrolled. A picture
            that is there already is reported and not stored twice.
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
        let result = try enroll(name, paths, arguments.client)
        if arguments.flag("json") { return try console.print(json: result) }
        console.print(
            "\(result.created ? "enrolled" : "added to") \(result.character.name): \(Show.count(result.added.count, "new image")), \(result.character.images) in all"
        )
        report(result, console)
        let review = try arguments.client.call(ReviewCharacter.self, NamedRequest(name: result.character.name))
        if review.asked > 0 { console.print(ReviewText.summary(review)) }
        for line in review.advice { console.print("- \(line)") }
    }

    /// Enrols pictures in as many requests as they need.
    private static func enroll(_ name: String, _ paths: [String], _ client: Client) throws -> EnrollImages.Response {
        let requests = UploadBatches(paths).batches
        // One request is all or nothing by itself; several are so only if no picture can be refused half-way.
        if requests.count > 1 { for path in paths { _ = try ImagePaths.picture(path) } }
        var all: EnrollImages.Response?
        for request in requests {
            let files = try request.map { try ImagePaths.part($0) }
            let response = try client.call(EnrollImages.self, .init(name: name, files: files))
            all?.append(response)
            all = all ?? response
        }
        guard let all else { throw Failure(.internal, "nothing to enrol") }
        return all
    }

    private static func report(_ result: EnrollImages.Response, _ console: Console) {
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

    /// One request a character. A bad character does not keep the others out; it is named, and the exit status tells.
    private static func enrollFolders(_ folder: String, limit: Int?, _ arguments: Arguments, _ console: Console) throws
    {
        let classes = try ClassFolders(path: folder).classes
        let progress = ProgressBar("enrolling", total: classes.count, console: console)
        var results: [EnrollImages.Response] = []
        var failures: [(name: String, failure: Failure)] = []
        for (index, character) in classes.enumerated() {
            do {
                let paths = Array(character.images.prefix(limit ?? character.images.count))
                results.append(try enroll(character.name, paths, arguments.client))
            } catch {
                let failure = Failure(error)
                guard failure.exitCode == .badInput || failure.exitCode == .notFound else { throw failure }
                failures.append((character.name, failure))
            }
            progress.update(index + 1)
        }
        if arguments.flag("json") {
            try console.print(json: results)
        } else {
            let images = results.reduce(0) { $0 + $1.added.count }
            let created = results.count(where: \.created)
            console.print(
                "enrolled \(Show.count(results.count, "character")) (\(created) new) with \(Show.count(images, "new image"))"
            )
        }
        for result in results { report(result, console) }
        for (name, failure) in failures { console.complain("aniwho: \(name) was not enrolled: \(failure.message)") }
        if let first = failures.first {
            throw Failure(first.failure.exitCode, "\(failures.count) of \(classes.count) characters were not enrolled")
        }
    }
}

extension EnrollImages.Response {
    /// Adds what a further request for the same character did.
    fileprivate mutating func append(_ next: Self) {
        character = next.character
        added += next.added
        duplicates += next.duplicates
        conflicts += next.conflicts
    }
}
