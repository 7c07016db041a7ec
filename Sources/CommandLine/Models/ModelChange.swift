import API
import Backbones
import Client
import Foundation
import Options
import Synchronization

enum ModelsUse: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho models use",
        summary: "embed all images with a model, say which answers change, then answer with it",
        discussion: """
            A job of the daemon does it with the lowest priority. The old model answers until one transaction makes the new one answer.
            To compare them, the daemon classifies each enrolled image as if it were not enrolled, with both. Repeat a change that was
            interrupted, and it goes on where it was; a change that fails leaves everything as it is. aniwho models rollback goes
            back.

            Vectors of cast packs cannot be embedded again, because there are no pictures. If some would count for nothing with the new
            model, the change is refused, and the characters are named; --dry-run lists them all.
            """,
        operands: [Operand("NAME", help: "the model")],
        options: [
            Option("dry-run", help: "say which answers would change, and keep the old model"),
            Option(
                "without-packs", help: "change even though vectors of cast packs rest until their model is used again"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let isDry = arguments.flag("dry-run")
        let (client, start) = (arguments.client, ContinuousClock.now)
        let name = arguments.word("NAME")
        let job = try client.call(
            UseModel.self, .init(name: name, dryRun: isDry, withoutPacks: arguments.flag("without-packs")))
        let report = try ModelChange(job: job, console: console).follow(client)
        if console.isJSON { return try console.print(json: report) }
        if let answers = report.answers { AnswerChangesText.print(answers, console) }
        if let packs = report.packs { console.print(PackText.resting(packs, report.model)) }
        if report.swapped {
            console.print(ModelChange.sentence(report, seconds: (ContinuousClock.now - start) / .seconds(1)))
        } else {
            console.print("nothing has changed; answer with it: aniwho models use \(report.model)")
        }
    }
}

enum ModelsRollback: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho models rollback", summary: "go back to the previous model, with its head and calibration",
        discussion: """
            The daemon keeps the vectors of the previous model, so that it embeds only images enrolled since; then one transaction
            makes that model answer. A second rollback undoes the first.
            """)

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let (client, start) = (arguments.client, ContinuousClock.now)
        let job = try client.call(RollBackModel.self)
        let report = try ModelChange(job: job, console: console).follow(client)
        if console.isJSON { return try console.print(json: report) }
        if let packs = report.packs { console.print(PackText.resting(packs, report.model)) }
        console.print(ModelChange.sentence(report, seconds: (ContinuousClock.now - start) / .seconds(1)))
    }
}

/// A change of the model in the daemon, followed to its end.
struct ModelChange {
    /// What happened, as `--json` prints it.
    struct Report: Encodable, Sendable {
        let job: Int64
        /// The model that answers now, or that would.
        let model: String
        /// The one that answered before; absent where nothing was swapped.
        var previous: String?
        var swapped = false
        var embedded = 0
        var answers: AnswerChanges?
        /// The vectors of cast packs that rest after the change; absent if there are none.
        var packs: RestingPacks?
    }

    let job: Job
    let console: Console

    /// Shows how far the change is on a terminal. Ctrl-C ends the command and not the change.
    /// - Throws: ``Failure`` when it failed or was canceled; the old model answers then.
    func follow(_ client: Client) throws -> Report {
        let interrupt = JobsWatch.leaveOnInterrupt(job.id, console)
        defer { interrupt.cancel() }
        let seen = Mutex<(report: Report, changes: [ChangedAnswer], end: JobEnd?)>(
            (Report(job: job.id, model: job.name), [], nil))
        try client.stream(WatchJob.self, IdentifiedRequest(id: job.id)) { line in
            seen.withLock { seen in
                guard let event = try? JSON.decode(ModelChangeEvent.self, from: line) else {
                    seen.end = (try? JSON.decode(JobEnd.self, from: line)) ?? seen.end
                    // A run that goes on sends all its answers again.
                    seen.changes = []
                    return
                }
                switch event {
                case .progress(let progress): draw(progress)
                case .change(let change): seen.changes.append(change)
                case .answers(let totals):
                    seen.report.answers = AnswerChanges(totals: totals, changes: seen.changes)
                case .packs(let packs): seen.report.packs = packs
                case .swap(let swap):
                    (seen.report.swapped, seen.report.previous) = (true, swap.previous)
                    seen.report.embedded = swap.embedded
                }
            }
        }
        if console.showsProgress { console.draw("") }
        try JobsWatch.check(seen.withLock(\.end), of: job.id)
        return seen.withLock(\.report)
    }

    private func draw(_ progress: EmbeddingProgress) {
        guard console.showsProgress else { return }
        let bar = ProgressBar.bar(progress.done, of: progress.all, width: 30)
        let time = progress.rate.map { rate in
            " \(Show.decimal(rate, 1)) a second, \(Show.duration(progress.secondsLeft ?? 0)) left"
        }
        console.draw("embedding \(bar) \(progress.done)/\(progress.all)\(time ?? "")")
    }

    /// Which model answers now, in a sentence.
    static func sentence(_ report: Report, seconds: Double) -> String {
        let before = report.previous.map { $0 == report.model ? "" : " instead of \($0)" } ?? ""
        return
            "\(report.model) answers now\(before); \(Show.count(report.embedded, "image")) embedded in \(Show.decimal(seconds, 1)) s"
    }
}
