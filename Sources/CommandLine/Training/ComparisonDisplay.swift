import Report
import Statistics
import Training

/// Prints a comparison's events: on a terminal a line that moves and a line for each run above it, elsewhere JSON lines.
final class ComparisonDisplay {
    private let console: Console
    private var line: EventLine

    init(_ console: Console, asJSON: Bool) {
        self.console = console
        line = EventLine(console, asJSON: asJSON)
    }

    func show(_ event: ComparisonEvent) {
        if isPassing(event), !line.isDue() { return }
        if line.isJSON { return line.print(event) }
        switch event {
        case .start(let start):
            console.note(
                "\(Show.count(start.runs, "run")), \(start.finished) of them finished; in \(start.folder)"
                    + TrainingDisplay.text(skipped: start.skipped))
        case .prototypes(let done, let pictures): draw("prototypes", done, pictures, "pictures \(done)/\(pictures)")
        case .training(let place, let event): show(event, "\(place.number)/\(place.runs) \(place.run)")
        case .run(let place, let run):
            end()
            console.note("\(place.number)/\(place.runs) \(place.run): \(Self.text(run))")
        case .finish(let finish):
            end()
            let failed = finish.failed > 0 ? ", \(finish.failed) failed" : ""
            console.print(
                "wrote \(finish.folder)/\(ComparisonReport.page): \(Show.count(finish.finished, "run")) finished\(failed)"
            )
        }
    }

    /// Leaves the line that moves.
    func end() { line.end() }

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
        line.draw("\(title) \(ProgressBar.bar(done, of: total, width: 12)) \(text)")
    }

    private static func text(_ run: ComparisonResults.Run) -> String {
        guard let result = run.result else { return "failed: \(run.message ?? "")" }
        return
            "test \(Show.estimate(result.test.top1)), top five \(Show.percent(result.test.top5.mean)), \(Show.count(result.epochs, "epoch")) in \(Show.duration(result.seconds))"
    }
}
