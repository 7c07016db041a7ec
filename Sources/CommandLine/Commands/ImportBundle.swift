import API
import Client
import Options

enum ImportBundle: Command {
    static let declaration = Declaration(
        name: "aniwho import-bundle", summary: "enrol what another registry has exported",
        discussion: """
            Every file is checked against the manifest first; then all is enrolled in one transaction, or nothing. Vectors of the model
            that answers are taken over, with another model every picture is embedded again. Characters that are enrolled already are
            refused unless --merge is given. The daemon reads the folder, as its own user.
            """,
        operands: [Operand("DIR", help: "the bundle")],
        options: [
            Option("merge", help: "add the images to characters that are enrolled already"),
            Option("settings", help: "use the bundle's head, and calibrate as it was"), .json, .socket,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let request = ReadBundle.Request(
            folder: arguments.absolutePath("DIR"), merge: arguments.flag("merge"),
            settings: arguments.flag("settings"))
        let last = try BundleWork(ReadBundle.self, request, console).run(arguments.client)
        guard case .imported(let bundle) = last else {
            throw Failure(
                .unreachable, "the daemon ended before its word that the bundle is enrolled; see aniwho audit")
        }
        if arguments.flag("json") { return try console.print(json: bundle) }
        let vectors = bundle.embedded == 0 ? "vectors taken over" : "\(bundle.embedded) embedded again"
        console.print(
            "enrolled \(Show.count(bundle.characters, "character")) (\(bundle.created) new) with \(Show.count(bundle.images, "new image")), \(vectors); \(Show.count(bundle.rejections, "rejection"))"
        )
        if bundle.duplicates > 0 {
            console.print("\(Show.count(bundle.duplicates, "image")) enrolled already; not stored twice")
        }
    }
}

/// The work on a bundle in the daemon, followed to its end.
struct BundleWork<Work: StreamingEndpoint> {
    private let request: Work.Request
    private let console: Console

    init(_ work: Work.Type, _ request: Work.Request, _ console: Console) {
        (self.request, self.console) = (request, console)
    }

    /// - Returns: its last word; nil where there was none.
    /// - Throws: ``Failure`` when it failed.
    func run(_ client: Client) throws -> BundleEvent? {
        var last: BundleEvent?
        var bar: (step: String, progress: CountedProgress)?
        try client.stream(Work.self, request) { line in
            guard let event = try? JSON.decode(BundleEvent.self, from: line) else { return }
            last = event
            guard case .progress(let progress) = event else { return }
            let shown =
                bar.flatMap { $0.step == progress.step ? $0.progress : nil }
                ?? CountedProgress(progress.step, console)
            bar = (progress.step, shown)
            shown.update(progress.done, of: progress.total)
        }
        if case .error(let code, let message) = last { throw Failure(code.exitCode, message) }
        return last
    }
}
