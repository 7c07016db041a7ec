import Testing
import Training

@testable import Report

/// The paper's figures, against its text.
@Suite struct PaperFiguresTests {
    @Test func `57 runs of the paper's 60 have figures`() {
        let cells = ComparisonGrid().cells
        #expect(cells.count == 60)
        let missing = cells.filter { PaperFigures.run($0) == nil }
        // “Unfortunately, only EfficientNet-B7 does not have a batch size of 32 with fine-tune result.”
        #expect(missing.map(\.slug) == ["0.2", "0.5", "0.8"].map { "efficientnet_b7-all-b32-d\($0)" })
        #expect(PaperFigures.runs.values.reduce(0) { $0 + $1.count } == 57)
    }

    @Test(arguments: [
        ("inception_v3", 32, FineTuning.none, 0.2, [22.84, 25.52, 26.37], [54.36, 54.36, 54.48]),
        ("inception_v3", 16, .all, 0.8, [1.83, 1.68, 2.69], [8.89, 8.76, 11.65]),
        ("inception_resnet_v2", 32, .all, 0.5, [70.45, 75.39, 74.98], [89.75, 90.89, 90.76]),
        ("inception_resnet_v2", 16, .none, 0.5, [18.6, 28.03, 29.84], [43.21, 57.47, 59.0]),
        ("mobilenetv2", 16, .all, 0.8, [94.69, 77.77, 77.4], [99.52, 92.59, 93.17]),
        ("efficientnet_b0", 16, .all, 0.2, [95.01, 81.31, 83.46], [99.83, 94.78, 94.9]),
        ("efficientnet_b7", 16, .none, 0.2, [42.66, 34.28, 34.84], [69.37, 62.11, 62.27]),
        ("efficientnet_b7", 16, .all, 0.8, [94.77, 85.18, 85.08], [99.73, 95.88, 95.96]),
    ])
    func `a run's figures are those printed`(
        model: String, batch: Int, fineTune: FineTuning, dropout: Double, top1: [Double], top5: [Double]
    ) throws {
        let cell = ComparisonCell(model: model, fineTune: fineTune, batch: batch, dropout: dropout)
        let run = try #require(PaperFigures.run(cell))
        #expect(run.top1 == top1 && run.top5 == top5)
    }

    /// Table 7 repeats, of each network, the test accuracies of one run in Tables 2–6.
    @Test func `Table 7 agrees with the tables before it`() {
        for model in PaperFigures.models {
            let runs = PaperFigures.runs[model.architecture] ?? []
            #expect(runs.contains { $0.top1[2] == model.top1 && $0.top5[2] == model.top5 }, "\(model.name)")
        }
        #expect(PaperFigures.models.map(\.architecture) == ComparisonGrid.paperModels)
        #expect(PaperFigures.models.map(\.inference) == [29.83, 70.26, 17.32, 33.68, 104.91])
        #expect(PaperFigures.models.map(\.parameters) == [22_069_154, 54_536_546, 2_424_514, 4_216_094, 64_430_610])
    }

    @Test func `a run with other settings has no figure`() {
        #expect(
            PaperFigures.run(.init(model: "mobilenetv2", fineTune: .top(layers: 20), batch: 32, dropout: 0.2)) == nil)
        #expect(PaperFigures.run(.init(model: "resnet12", fineTune: .all, batch: 32, dropout: 0.2)) == nil)
    }
}
