import Statistics
import Training

/// The paper's Tables 2–6: the runs of one network, its own figures beside ours.
struct RunTables {
    let results: ComparisonResults

    /// A table for each network of the paper, whether it was run or not, and for each other one of the grid.
    var html: String { results.shownModels.map(section).joined(separator: "\n") }

    private func section(_ model: String) -> String {
        let paper = PaperFigures.model(model)
        let title = (paper.map { "Table \($0.table): " } ?? "") + PaperFigures.name(model)
        let best = results.bestRun(of: model)?.cell
        let rows = runs(model).map { row($0, isBest: $0.cell == best) }
        let table = Table(
            caption: "Accuracies of \(PaperFigures.name(model))",
            style: "runs", groups: [("", 3), ("", 1), ("Train", 2), ("Valid", 2), ("Test", 2), ("", 2)],
            heads: [Table.Head("Batch")] + [Table.Head("Fine-tune", text: true), Table.Head("Dropout")]
                + [Table.Head("Accuracy, %", text: true)]
                + (0..<3).flatMap { _ in [Table.Head("ours"), Table.Head("paper")] }
                + [Table.Head("Epochs"), Table.Head("Time")],
            rows: rows)
        return "<div class=\"together\"><h3 id=\"\(model.escaped)\">\(title.escaped)</h3>\n\(table.html)</div>"
    }

    /// The grid's runs; those of the paper alone follow where the grid has none of them.
    private func runs(_ model: String) -> [ComparisonResults.Run] {
        let ours = results.runs.filter { $0.cell.model == model }
        let paper = (PaperFigures.runs[model] ?? []).map {
            ComparisonCell(model: model, fineTune: $0.fineTune, batch: $0.batch, dropout: $0.dropout)
        }
        return ours + paper.filter { cell in !ours.contains { $0.cell == cell } }.map { ComparisonResults.Run($0) }
    }

    private func row(_ run: ComparisonResults.Run, isBest: Bool) -> Table.Row {
        let cell = run.cell
        let paper = PaperFigures.run(cell)
        let parts: [KeyPath<TransferResult, TransferResult.Score>] = [\.training, \.validation, \.test]
        let figures = parts.enumerated().flatMap { index, part in
            [
                run.result.map { ours($0[keyPath: part]) } ?? missing(run, at: index),
                paper.map { theirs($0.top1[index], $0.top5[index]) } ?? .none(),
            ]
        }
        let time = run.result.map { Table.Cell(Figure.duration($0.seconds), value: $0.seconds) }
        return Table.Row(
            head: Table.Cell("\(cell.batch)", value: Double(cell.batch)),
            cells: [
                Table.Cell(cell.fineTune.description, style: "text"),
                Table.Cell("\(cell.dropout)", value: cell.dropout),
                Table.Cell(
                    html: "<div class=\"of\">top-1</div><div class=\"of\">top-5</div>", value: "top", style: "text"),
            ] + figures + [run.result.map(epochs) ?? .none(), time ?? .none()],
            isBest: isBest)
    }

    private func ours(_ score: TransferResult.Score) -> Table.Cell {
        let lines = [score.top1, score.top5].map {
            "<div>\(Figure.percent($0.mean))<small>\(Figure.interval($0))</small></div>"
        }
        return Table.Cell(html: lines.joined(), value: "\(score.top1.mean)")
    }

    private func theirs(_ top1: Double, _ top5: Double) -> Table.Cell {
        Table.Cell(
            html: "<div>\(Figure.decimal(top1, 2))</div><div>\(Figure.decimal(top5, 2))</div>", value: "\(top1)",
            style: "paper")
    }

    private func missing(_ run: ComparisonResults.Run, at index: Int) -> Table.Cell {
        guard run.status == .failed else { return .none("not run") }
        return Table.Cell(html: "failed", value: "", style: "bad")
    }

    private func epochs(_ result: TransferResult) -> Table.Cell {
        let end = result.stoppedEarly ? "<small title=\"stopped early\">early</small>" : ""
        return Table.Cell(html: "\(result.epochs)\(end)", value: "\(result.epochs)")
    }
}
