import API
import Client
import Foundation
import Options
import Synchronization

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
