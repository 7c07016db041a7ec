import Statistics
import Training

/// Prints a run's events: on a terminal a line that moves and a line for each epoch above it, elsewhere JSON lines.
final class TrainingDisplay {
    private let console: Console
    private var line: EventLine

    init(_ console: Console, asJSON: Bool) {
        self.console = console
        line = EventLine(console, asJSON: asJSON)
    }

    func show(_ event: TrainingEvent) {
        if case .progress(let progress) = event, !line.isDue(isLast: progress.step == progress.steps) { return }
        if line.isJSON { return line.print(event) }
        switch event {
        case .start(let start): console.note(Self.text(start))
        case .features(let features): line.draw(Self.text(features))
        case .progress(let progress): line.draw(Self.text(progress))
        case .epoch(let record):
            end()
            console.note(Self.text(record))
        case .finish(let finish):
            end()
            console.print(Self.text(finish))
        }
    }

    /// Leaves the line that moves.
    func end() { line.end() }

    private static func text(_ start: TrainingEvent.Start) -> String {
        let held =
            if let validation = start.validationImages, let test = start.testImages {
                "\(validation) to choose the epoch by, \(test) to test on"
            } else {
                start.validationClasses == 0 ? "none held out" : "\(start.validationClasses) held out"
            }
        let begun =
            start.epoch == 0 && start.step == 0 ? "" : "; goes on in epoch \(start.epoch + 1), step \(start.step)"
        if start.kind == .detection {
            return
                "\(Show.count(start.trainingImages, "picture")) to train on, \(start.validationImages ?? 0) to validate on; \(Show.count(start.epochs, "epoch")) of \(Show.count(start.steps, "step"))\(begun)\(text(skipped: start.skipped))"
        }
        return
            "\(Show.count(start.trainingImages, "picture")) of \(Show.count(start.trainingClasses, "class", "classes")) to train on, \(held); \(Show.count(start.epochs, "epoch")) of \(Show.count(start.steps, "step"))\(begun)\(text(skipped: start.skipped))"
    }

    /// A line about pictures that were left out; nothing where none was.
    static func text(skipped: [String]) -> String {
        guard !skipped.isEmpty else { return "" }
        let more = skipped.count > 10 ? "; and \(skipped.count - 10) more" : ""
        return "\nleft out: " + skipped.prefix(10).joined(separator: "; ") + more
    }

    private static func text(_ features: TrainingEvent.Features) -> String {
        "features \(features.done)/\(features.views)  \(Show.duration(features.secondsLeft)) left"
    }

    private static func text(_ progress: TrainingEvent.Progress) -> String {
        let bar = ProgressBar.bar(progress.step, of: progress.steps, width: 24)
        return
            "epoch \(progress.epoch)/\(progress.epochs) \(bar) \(progress.step)/\(progress.steps)  loss \(Show.decimal(progress.loss))  accuracy \(Show.percent(progress.accuracy))  \(Show.decimal(progress.stepsPerSecond, 2))/s  \(Show.duration(progress.secondsLeft)) left"
    }

    private static func text(_ record: EpochRecord) -> String {
        var line =
            "epoch \(record.epoch): loss \(Show.decimal(record.loss)), accuracy \(Show.percent(record.accuracy))"
        if let accuracy = record.validationAccuracy, let interval = record.validationInterval {
            line +=
                ", validation\(record.validationLoss.map { " loss \(Show.decimal($0)), accuracy" } ?? "") \(Show.estimate(Estimate(mean: accuracy, low: interval[0], high: interval[1])))"
                + (record.isBest ? ", the best so far" : "")
        }
        if let falseBoxes = record.falseBoxes, let threshold = record.threshold {
            line +=
                ", \(Show.decimal(falseBoxes)) false boxes for each picture without a face, from a score of \(Show.decimal(threshold, 2))"
        }
        if let held = record.heldAccuracy { line += ", held pictures \(Show.percent(held))" }
        return line + ", in \(Show.duration(record.seconds))"
    }

    private static func text(_ finish: TrainingEvent.Finish) -> String {
        let best = finish.validationAccuracy.map { ", validation accuracy \(Show.percent($0))" } ?? ""
        let written =
            "wrote \(finish.model): epoch \(finish.bestEpoch)\(best); trained for \(Show.duration(finish.seconds)), \(Show.percent(finish.computeShare)) of it in the network"
        return finish.transfer.map { "\(TransferText.text($0))\n\(written)" } ?? written
    }
}
