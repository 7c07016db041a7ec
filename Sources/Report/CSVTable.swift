import Foundation
import Statistics
import Training

/// The results as comma-separated values: a line for each run of the grid, finished or not, and one for each row of prototypes.
/// Accuracies are shares of 1; the paper's are in per cent, as printed. What there is not stays empty.
struct CSVTable {
    private let results: ComparisonResults

    init(_ results: ComparisonResults) { self.results = results }

    static let parts = ["training", "validation", "test"]

    static let columns: [String] = {
        let scores = parts.flatMap { part in
            ["images", "loss", "top1", "top1_low", "top1_high", "top5", "top5_low", "top5_high"].map { "\(part)_\($0)" }
        }
        let paper = ["top1", "top5"].flatMap { rank in parts.map { "paper_\($0)_\(rank)" } }
        return ["model", "fine_tune", "batch", "dropout", "shots", "status", "message", "start", "seed", "input_size"]
            + ["epochs", "best_epoch", "stopped_early", "seconds", "parameters", "trainable_parameters"] + scores
            + ["inference_ms_batch1", "inference_ms_batch32", "threads", "temperature", "radius", "calibration_error"]
            + paper
    }()

    var text: String {
        let rows = results.runs.map(row) + results.prototypes.map(row)
        let lines = [Self.columns] + rows.map { row in Self.columns.map { row[$0] ?? "" } }
        return CSV.text(lines)
    }

    private func row(_ run: ComparisonResults.Run) -> [String: String] {
        let cell = run.cell
        var row = [
            "model": cell.model, "fine_tune": cell.fineTune.description, "batch": "\(cell.batch)",
            "dropout": "\(cell.dropout)", "status": run.status.rawValue,
        ]
        row["message"] = run.message
        if let paper = PaperFigures.run(cell) {
            for (part, index) in zip(Self.parts, 0...) {
                row["paper_\(part)_top1"] = "\(paper.top1[index])"
                row["paper_\(part)_top5"] = "\(paper.top5[index])"
            }
        }
        if let result = run.result { row.merge(values(result)) { _, new in new } }
        return row
    }

    private func values(_ result: TransferResult) -> [String: String] {
        var row = [
            "start": result.start, "seed": "\(result.seed)", "input_size": "\(result.inputSize)",
            "epochs": "\(result.epochs)", "best_epoch": "\(result.bestEpoch)",
            "stopped_early": "\(result.stoppedEarly)", "seconds": "\(result.seconds)",
            "parameters": "\(result.parameters)", "trainable_parameters": "\(result.trainableParameters)",
            "inference_ms_batch1": "\(result.inference.batch1)", "inference_ms_batch32": "\(result.inference.batch32)",
            "threads": "\(result.inference.threads)", "temperature": "\(result.temperature)",
            "calibration_error": "\(result.calibrationError)",
        ]
        row["radius"] = result.radius.map { "\($0)" }
        for (part, score) in zip(Self.parts, [result.training, result.validation, result.test]) {
            row["\(part)_images"] = "\(score.images)"
            row["\(part)_loss"] = "\(score.loss)"
            row.merge(Self.values(score.top1, "\(part)_top1")) { _, new in new }
            row.merge(Self.values(score.top5, "\(part)_top5")) { _, new in new }
        }
        return row
    }

    private func row(_ prototypes: PrototypeResult) -> [String: String] {
        let row = [
            "model": prototypes.model, "shots": "\(prototypes.shots)", "status": "finished",
            "seed": "\(results.settings.seed)", "parameters": "\(prototypes.parameters)",
            "test_images": "\(results.pictures.test)", "inference_ms_batch1": "\(prototypes.milliseconds)",
            "threads": "\(results.settings.threads)",
        ]
        return row.merging(Self.values(prototypes.top1, "test_top1")) { _, new in new }
            .merging(Self.values(prototypes.top5, "test_top5")) { _, new in new }
    }

    private static func values(_ share: Estimate, _ name: String) -> [String: String] {
        [name: "\(share.mean)", "\(name)_low": "\(share.low)", "\(name)_high": "\(share.high)"]
    }
}
