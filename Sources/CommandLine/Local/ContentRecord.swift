import API
import Foundation
import Options
import Registry
import Synchronization

extension Operand {
    static let backup = Operand("FILE", help: "the backup")
}

extension Option {
    static let data = Option("data", "DIR", help: "the data directory (default: $ANIWHO_DATA, or see aniwhod --help)")
}

extension Arguments {
    /// The operand of this name as an absolute path.
    func absolutePath(_ name: String) -> String {
        URL(filePath: operand(name) ?? "").absoluteURL.standardized.path
    }

    /// The backup that is to be read.
    /// - Throws: `Failure` when there is no such file.
    var backup: String {
        get throws(Failure) {
            let file = absolutePath("FILE")
            guard FileManager.default.fileExists(atPath: file) else {
                throw Failure(.notFound, "there is no file \(file)")
            }
            return file
        }
    }
}

/// What a registry or a backup holds, as JSON and as people read it.
struct ContentRecord: Encodable {
    let bytes, schema, characters, images, models, classifiers, prototypes: Int
    let latestSchema: Int
    let activeModel: String?
    let lastChange: Date?

    init(_ summary: ContentSummary) {
        bytes = summary.bytes
        schema = summary.schema
        latestSchema = summary.latestSchema
        characters = summary.counts.characters
        images = summary.counts.images
        models = summary.counts.models
        classifiers = summary.counts.classifiers
        prototypes = summary.counts.prototypes
        activeModel = summary.activeModel
        lastChange = summary.lastChange
    }

    static func text(_ summary: ContentSummary) -> String {
        let counts = summary.counts
        let older = summary.schema < summary.latestSchema ? "; the daemon brings it to \(summary.latestSchema)" : ""
        return """
            size        \(Show.bytes(summary.bytes))
            schema      \(summary.schema)\(older)
            characters  \(counts.characters)
            images      \(counts.images)
            models      \(counts.models), \(summary.activeModel.map { "\($0) answers" } ?? "none answers")
            classifiers \(counts.classifiers)
            prototypes  \(counts.prototypes)
            last change \(summary.lastChange.map { $0.ISO8601Format() } ?? "none")
            """
    }
}

/// A progress bar whose whole is known with the first report.
final class CountedProgress: Sendable {
    private let title: String
    private let console: Console
    private let bar = Mutex<ProgressBar?>(nil)

    init(_ title: String, _ console: Console) {
        self.title = title
        self.console = console
    }

    func update(_ done: Int, of total: Int) {
        bar.withLock { bar in
            let shown = bar ?? ProgressBar(title, total: total, console: console)
            bar = shown
            shown.update(done)
        }
    }
}
