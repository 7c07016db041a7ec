import API
import Foundation
import Report
import Training

/// A comparison's events for whoever watches: a line that moves on a terminal and a line a run above it, JSON lines on anything else.
final class ComparisonDisplay {
    private let console: Console
    private let asJSON: Bool
    private var drawn = ContinuousClock.now - .seconds(1)
    private var hasLine = false

    /// Progress is told apart by so much at least; the other events are told always.
    private static let pause = Duration.milliseconds(200)

    init(_ console: Console, asJSON: Bool) {
        self.console = console
        self.asJSON = asJSON || !console.isReadByPerson
    }

    func show(_ event: ComparisonEvent) {
        if isPassing(event) {
            let now = ContinuousClock.now
            guard now - drawn > Self.pause else { return }
            drawn = now
        }
        if asJSON { return printLine(event) }
        switch event {
        case .start(let start):
            console.complain(
                "\(Show.count(start.runs, "run")), \(start.finished) of them finished; in \(start.folder)"
                    + TrainingDisplay.text(skipped: start.skipped))
        case .prototypes(let done, let pictures): draw("prototypes", done, pictures, "pictures \(done)/\(pictures)")
        case .training(let place, let event): show(event, "\(place.number)/\(place.runs) \(place.run)")
        case .run(let place, let run):
            end()
            console.complain("\(place.number)/\(place.runs) \(place.run): \(Self.text(run))")
        case .finish(let finish):
            end()
            let failed = finish.failed > 0 ? ", \(finish.failed) failed" : ""
            console.print(
                "wrote \(finish.folder)/\(ComparisonReport.page): \(Show.count(finish.finished, "run")) finished\(failed)"
            )
        }
    }

    /// Leaves the line that moves.
    func end() {
        if hasLine { console.draw("") }
        hasLine = false
    }

    private func isPassing(_ event: ComparisonEvent) -> Bool {
        switch event {
        case .prototypes(let done, let pictures): done < pictures
        case .training(_, .progress), .training(_, .features): true
        default: false
        }
    }

    private func show(_ event: TrainingEvent, _ run: String) {
        switch event {
        case .features(let features):
            draw(
                run, features.done, features.views,
                "features \(features.done)/\(features.views)  \(Show.duration(features.secondsLeft)) left")
        case .progress(let progress):
            draw(
                run, progress.step, progress.steps,
                "epoch \(progress.epoch)/\(progress.epochs)  accuracy \(Show.percent(progress.accuracy))  \(Show.duration(progress.secondsLeft)) left"
            )
        default: return
        }
    }

    private func draw(_ title: String, _ done: Int, _ total: Int, _ text: String) {
        let width = 12
        let filled = width * done / max(total, 1)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        console.draw("\(title) \(bar) \(text)")
        hasLine = true
    }

    private func printLine(_ event: ComparisonEvent) {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(event) else { preconditionFailure("an event holds finite numbers only") }
        console.print(String(decoding: line, as: UTF8.self))
    }

    private static func text(_ run: ComparisonResults.Run) -> String {
        guard let result = run.result else { return "failed: \(run.message ?? "")" }
        let top1 = result.test.top1
        let bounds = top1.interval.map { Show.decimal($0 * 100, 1) }.joined(separator: "–")
        return
            "test \(Show.percent(top1.value)) (\(bounds)), top five \(Show.percent(result.test.top5.value)), \(Show.count(result.epochs, "epoch")) in \(Show.duration(result.seconds))"
    }
}
