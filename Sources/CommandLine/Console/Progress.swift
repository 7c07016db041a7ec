import API
import Client
import Dispatch
import Foundation
import Synchronization

/// How far a long piece of work is: a bar on a terminal, nothing elsewhere and with `--quiet`.
final class ProgressBar: Sendable {
    private let title: String
    private let total: Int
    private let start = ContinuousClock.now
    private let console: Console
    private let drawn = Mutex((count: 0, at: ContinuousClock.now))

    init(_ title: String, total: Int, console: Console) {
        self.title = title
        self.total = max(total, 1)
        self.console = console
    }

    /// Shows that `count` of the whole is done.
    func update(_ count: Int) {
        guard console.showsProgress else { return }
        drawn.withLock { drawn in
            let now = ContinuousClock.now
            guard count == total || now - drawn.at > .milliseconds(100) || drawn.count == 0 else { return }
            drawn = (count, now)
            draw(count, now)
        }
    }

    private func draw(_ count: Int, _ now: ContinuousClock.Instant) {
        let elapsed = now - start
        let left = count > 0 ? elapsed / count * (total - count) : .zero
        let time =
            count == total ? "in \(Show.duration(elapsed / .seconds(1)))" : "\(Show.duration(left / .seconds(1))) left"
        console.draw(
            "\(title) \(Self.bar(count, of: total, width: 30)) \(count)/\(total) \(time)",
            terminator: count == total ? "\n" : "")
    }

    /// How much is done, in cells.
    static func bar(_ done: Int, of total: Int, width: Int) -> String {
        let filled = width * done / max(total, 1)
        return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    }
}

/// A progress bar whose total is known with the first report.
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

extension Console {
    /// Shows on a terminal how long work has been going on that does not report how far it is, from its second second on.
    func waiting<T>(_ title: String, _ work: () throws -> T) rethrows -> T {
        guard showsProgress else { return try work() }
        let start = ContinuousClock.now
        let queue = DispatchQueue(label: "aniwho.waiting")
        let timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: .now() + 1, repeating: 1)
        timer.setEventHandler { draw("\(title), \(Show.duration((ContinuousClock.now - start) / .seconds(1)))") }
        timer.resume()
        defer {
            timer.cancel()
            // A line that is being drawn is waited for.
            queue.sync {}
            if ContinuousClock.now - start > .seconds(1) { draw("") }
        }
        return try work()
    }

    /// Has the daemon do work as a job, and shows on a terminal how far each of its steps is. Ctrl-C ends the command and not the job.
    /// - Throws: ``Failure`` when the job failed, was cancelled or goes on later; the client's errors.
    func following<Work: WorkEndpoint>(
        _ work: Work.Type, _ request: Work.Request, _ client: Client
    ) throws -> Work.Outcome {
        let job = try client.call(Work.self, request)
        let interrupt = JobsWatch.leaveOnInterrupt(job.id, self)
        defer { interrupt.cancel() }
        var end: JobEnd?
        var shown: (step: String, progress: CountedProgress)?
        try client.stream(WatchJob.self, IdentifiedRequest(id: job.id)) { line in
            if let progress = try? JSON.decode(WorkProgress.self, from: line) {
                let counted =
                    shown.flatMap { $0.step == progress.step ? $0.progress : nil }
                    ?? CountedProgress(progress.step, self)
                shown = (progress.step, counted)
                counted.update(progress.done, of: progress.total)
            } else if let last = try? JSON.decode(JobEnd.self, from: line) {
                end = last
            }
        }
        if let code = end?.errorCode.flatMap(ErrorCode.init), let message = end?.error { throw Failure(code, message) }
        let result = try JobsWatch.check(end, of: job.id).result
        return try JSON.decode(Work.Outcome.self, from: try JSON.encode(result))
    }
}
