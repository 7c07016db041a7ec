import Statistics
import Training

/// The paper's Table 7, the best run of each network, with prototypes of few pictures as more rows.
struct BestTable {
    let results: ComparisonResults

    var html: String {
        Table(
            caption: "The best run of each network",
            groups: [
                ("", 1), ("Parameters", 2), ("Top-1 accuracy, %", 2), ("Top-5 accuracy, %", 2), ("Inference, ms", 2),
                ("", 1),
            ],
            heads: [Table.Head("Model", text: true)]
                + (0..<4).flatMap { _ in [Table.Head("ours"), Table.Head("paper")] } + [Table.Head("Run", text: true)],
            rows: results.shownModels.map(row) + results.prototypes.map(row)
        ).html
    }

    private func row(_ model: String) -> Table.Row {
        let paper = PaperFigures.model(model)
        let run = results.bestRun(of: model)
        let result = run?.result
        func theirs(_ value: Double?, _ text: (Double) -> String) -> Table.Cell {
            value.map { Table.Cell(text($0), value: $0, style: "paper") } ?? .none()
        }
        let count = result.map { Table.Cell(Figure.count($0.parameters), value: Double($0.parameters)) }
        let time = result.map { Table.Cell(Figure.milliseconds($0.inference.batch1), value: $0.inference.batch1) }
        return Table.Row(
            head: Table.Cell(html: PaperFigures.name(model).escaped, value: PaperFigures.name(model), style: "text"),
            cells: [
                count ?? .none("not run"),
                theirs(paper.map { Double($0.parameters) }) { Figure.count(Int($0)) },
                result.map { Self.share($0.test.top1) } ?? .none("not run"),
                theirs(paper?.top1) { Figure.decimal($0, 2) },
                result.map { Self.share($0.test.top5) } ?? .none("not run"),
                theirs(paper?.top5) { Figure.decimal($0, 2) }, time ?? .none("not run"),
                theirs(paper?.inference) { Figure.decimal($0, 2) },
                run.map { Table.Cell($0.cell.settings, style: "words") }
                    ?? Table.Cell(html: "–", value: "", style: "words none"),
            ],
            isBest: run != nil && run?.cell == results.bestRun()?.cell)
    }

    private func row(_ prototypes: PrototypeResult) -> Table.Row {
        Table.Row(
            head: Table.Cell(html: prototypes.name.capitalizedFirst.escaped, value: prototypes.name, style: "text"),
            cells: [
                Table.Cell(Figure.count(prototypes.parameters), value: Double(prototypes.parameters)), .none(),
                Self.share(prototypes.top1), .none(), Self.share(prototypes.top5), .none(),
                Table.Cell(Figure.milliseconds(prototypes.milliseconds), value: prototypes.milliseconds), .none(),
                Table.Cell("\(prototypes.model), mean of \(prototypes.draws) draws", style: "words"),
            ])
    }

    private static func share(_ share: Estimate) -> Table.Cell {
        Table.Cell(
            html: "\(Figure.percent(share.mean))<small>\(Figure.interval(share))</small>", value: "\(share.mean)")
    }
}

extension String {
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
