import API
import Foundation
import Options

extension Operand {
    static let job = Operand("JOB", help: "the job's number")
}

extension Arguments {
    /// The job named by its number.
    var job: IdentifiedRequest {
        get throws { IdentifiedRequest(id: try number("JOB", of: "a job")) }
    }
}

/// The text about jobs and their events.
enum JobText {
    /// `epoch 3, step 20/100, loss 0.812, accuracy 71.3 %, 12 min 5 s left`: the known parts of a training's event; `copying 40/120` for the
    /// daemon's own work.
    static func progress(_ event: JSONValue) -> String {
        if let step = event["step"]?.string, let done = event["done"]?.integer, let total = event["total"]?.integer {
            return "\(step) \(done)/\(total)"
        }
        if let line = try? JSON.encode(event), let change = try? JSON.decode(ModelChangeEvent.self, from: line) {
            return progress(change)
        }
        var parts: [String] = []
        if let number = event["number"]?.integer, let runs = event["runs"]?.integer, let run = event["run"]?.string {
            parts.append("run \(number)/\(runs) \(run)")
        } else if let runs = event["runs"]?.integer {
            parts.append(Show.count(Int(runs), "run"))
        }
        if event["event"]?.string == "run", let status = event["status"]?.string { parts.append(status) }
        if let accuracy = event["test"]?["top1"]?["mean"]?.double { parts.append("test \(percent(accuracy))") }
        if let done = event["done"]?.integer, let pictures = event["pictures"]?.integer {
            parts.append("prototypes of \(done)/\(pictures) pictures")
        }
        if let finished = event["finished"]?.integer { parts.append("\(finished) finished") }
        if let failed = event["failed"]?.integer, failed > 0 { parts.append("\(failed) failed") }
        if let done = event["done"]?.integer, let views = event["views"]?.integer {
            parts.append("features of \(done)/\(views) views")
        }
        if let epoch = event["epoch"]?.integer {
            parts.append("epoch \(epoch)" + (event["epochs"]?.integer.map { "/\($0)" } ?? ""))
        }
        if let step = event["step"]?.integer {
            parts.append("step \(step)" + (event["steps"]?.integer.map { "/\($0)" } ?? ""))
        }
        if let loss = event["loss"]?.double { parts.append("loss \(decimal(loss, 3))") }
        if let accuracy = event["accuracy"]?.double { parts.append("accuracy \(percent(accuracy))") }
        if let best = event["best_epoch"]?.integer { parts.append("best epoch \(best)") }
        if let accuracy = event["validation_accuracy"]?.double { parts.append("validation \(percent(accuracy))") }
        if event["event"]?.string == TrainingEventKind.epoch.rawValue, event["is_best"] == .bool(true) {
            parts.append("the best so far")
        }
        if let seconds = event["seconds_left"]?.double, seconds.isFinite, seconds < 1e9 {
            parts.append("\(Show.duration(seconds)) left")
        }
        return parts.isEmpty ? event["event"]?.string ?? "" : parts.joined(separator: ", ")
    }

    private static func progress(_ event: ModelChangeEvent) -> String {
        switch event {
        case .progress(let progress):
            let parts = [
                "embedded \(progress.done)/\(progress.all) images",
                progress.rate.map { "\(decimal($0, 1)) a second" },
                progress.secondsLeft.map { "\(Show.duration($0)) left" },
            ]
            return parts.compactMap(\.self).joined(separator: ", ")
        case .change(let change):
            return "image \(change.image): \(change.before ?? "unknown"), then \(change.after ?? "unknown")"
        case .answers(let totals): return AnswerChangesText.summary(totals)
        case .packs(let packs): return "\(Show.count(packs.vectors, "vector")) of cast packs at rest"
        case .swap(let swap): return "\(swap.model) answers"
        }
    }

    /// That a job was taken, in a sentence.
    static func started(_ job: Job) -> String {
        if job.kind == .compare { return "job \(job.id) compares networks; watch it with: aniwho jobs watch \(job.id)" }
        return "job \(job.id) makes the \(product(job.kind)) \(job.name); watch it with: aniwho jobs watch \(job.id)"
    }

    /// How to get the report of a comparison.
    static func report(of id: Int64) -> String { "aniwho jobs report \(id) report.html" }

    /// What a job of some kind makes.
    static func product(_ kind: JobKind) -> String { kind.makesClassifier ? "classifier" : "model" }

    /// How a job ended, in a sentence.
    static func end(_ end: JobEnd) -> String {
        switch end.state {
        case .finished where end.kind?.makesClassifier == true:
            "job \(end.id) has finished; ask its classifier with: \(ClassifierText.ask(end.name))"
        case .finished where end.kind == .useModel || end.kind == .rollBackModel:
            "job \(end.id) has finished; the model \(end.name) answers now"
        case .finished where end.kind == .compare:
            "job \(end.id) has finished; write its report with: \(report(of: end.id))"
        case .finished where end.kind?.trains == false: "job \(end.id) has finished"
        case .finished: "job \(end.id) has finished; use its model with: aniwho models use \(end.name)"
        case .failed:
            "job \(end.id) failed: \(end.error ?? "for a reason unknown")"
                + (end.kind?.changesModel == true ? "; the model before goes on answering" : "")
        case .cancelled: "job \(end.id) was cancelled"
        case .queued, .running: "the daemon stops; job \(end.id) goes on when it starts again"
        }
    }

    // A loss may be anything, even not a number.
    private static func decimal(_ value: Double, _ digits: Int) -> String {
        abs(value) < 1e12 ? Show.decimal(value, digits) : String(value)
    }

    private static func percent(_ value: Double) -> String { decimal(value * 100, 1) + " %" }
}
