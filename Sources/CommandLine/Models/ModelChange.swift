import API
import Backbones
import Client
import Foundation
import Options
import Synchronization

enum ModelsUse: Command {
    static let declaration = Declaration(
        name: "aniwho models use",
        summary: "embed all images with a model, say which answers change, then answer with it",
        discussion: """
            A job of the daemon does it with the lowest priority; the model before goes on answering until one transaction makes the
            new one answer. Each enrolled image is asked as if it were not enrolled, before and after. A change that was interrupted
            goes on where it was; one that fails leaves everything as it is. Go back with aniwho models rollback.
            """,
        operands: [Operand("NAME", help: "the model")],
        options: [
            Option("dry-run", help: "say which answers would change, and go on with the model before"), .json, .socket,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let isDry = arguments.flag("dry-run")
        let (client, start) = (arguments.client, ContinuousClock.now)
        let name = arguments.operand("NAME") ?? ""
        let job = try client.call(UseModel.self, UseRequest(name: name, dryRun: isDry))
        let report = try ModelChange(job: job, console: console).follow(client)
        if arguments.flag("json") { return try console.print(json: report) }
        if let answers = report.answers { AnswerChangesText.print(answers, console) }
        if report.swapped {
            console.print(ModelChange.sentence(report, seconds: (ContinuousClock.now - start).seconds))
        } else {
            console.print("nothing has changed; answer with it: aniwho models use \(report.model)")
        }
    }
}

enum ModelsRollback: Command {
    static let declaration = Declaration(
        name: "aniwho models rollback", summary: "go back to the model before, with its head and calibration",
        discussion: """
            The vectors of the model before are kept, so that only images enrolled since have to be embedded; then one transaction
            makes it answer. Once more, and the change is there again.
            """,
        options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let (client, start) = (arguments.client, ContinuousClock.now)
        let job = try client.call(RollBackModel.self)
        let report = try ModelChange(job: job, console: console).follow(client)
        if arguments.flag("json") { return try console.print(json: report) }
        console.print(ModelChange.sentence(report, seconds: (ContinuousClock.now - start).seconds))
    }
}

/// A change of the model in the daemon, followed to its end.
struct ModelChange {
    /// What it has told, as `--json` prints it.
    struct Report: Encodable, Sendable {
        let job: Int64
        /// The model that answers now, or that would.
        let model: String
        /// The one that answered before; absent where nothing was swapped.
        var previous: String?
        var swapped = false
        var embedded = 0
        var answers: AnswerChanges?
    }

    let job: Job
    let console: Console

    /// Shows how far it is, where a person watches. Ctrl-C ends the watching and not the change.
    /// - Throws: ``Failure`` when it failed or was cancelled; the model before answers then.
    func follow(_ client: Client) throws -> Report {
        let interrupt = JobsWatch.leaveOnInterrupt(job.id, console)
        defer { interrupt.cancel() }
        let seen = Mutex<(report: Report, changes: [ChangedAnswer], end: JobEnd?)>(
            (Report(job: job.id, model: job.name), [], nil))
        try client.stream(WatchJob.self, IdentifiedRequest(id: job.id)) { line in
            seen.withLock { seen in
                guard let event = try? JSON.decode(ModelChangeEvent.self, from: line) else {
                    seen.end = (try? JSON.decode(JobEnd.self, from: line)) ?? seen.end
                    // A run that goes on tells all its answers again.
                    seen.changes = []
                    return
                }
                switch event {
                case .progress(let progress): draw(progress)
                case .change(let change): seen.changes.append(change)
                case .answers(let totals):
                    seen.report.answers = AnswerChanges(totals: totals, changes: seen.changes)
                case .swap(let swap):
                    (seen.report.swapped, seen.report.previous) = (true, swap.previous)
                    seen.report.embedded = swap.embedded
                }
            }
        }
        if console.isTerminal { console.draw("") }
        try JobsWatch.check(seen.withLock(\.end), of: job.id)
        return seen.withLock(\.report)
    }

    private func draw(_ progress: ShadowProgress) {
        guard console.isTerminal else { return }
        let bar = EventLine.bar(progress.done, of: progress.all, width: 30)
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
