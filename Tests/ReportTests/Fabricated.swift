import Foundation
import Statistics

@testable import Training

/// Results that nobody measured, to see what the report makes of them.
enum Fabricated {
    static let classes = ["<script>alert(1)</script>", "R&D \"Chan\"", "初音ミク"]

    static func share(_ value: Double) -> Estimate {
        Estimate(mean: value, low: value - 0.02, high: value + 0.02)
    }

    static func score(_ top1: Double) -> TransferResult.Score {
        .init(images: 1000, loss: 0.5, top1: share(top1), top5: share(top1 + 0.1))
    }

    static func result(_ cell: ComparisonCell, validation: Double, test: Double) -> TransferResult {
        let history = (1...4).map { epoch in
            TransferEpoch(
                epoch: epoch, loss: 2 / Double(epoch), accuracy: 0.2 * Double(epoch),
                validationLoss: 2.5 / Double(epoch),
                validationAccuracy: 0.18 * Double(epoch), learningRate: 0.005, seconds: 3)
        }
        return TransferResult(
            architecture: cell.model, inputSize: 96, start: "weights.safetensors", fineTune: cell.fineTune.description,
            batch: cell.batch, dropout: cell.dropout, seed: 1, epochs: 4, bestEpoch: 3, stoppedEarly: true,
            classes: classes, parameters: 2_424_514, trainableParameters: 3843, training: score(0.88),
            validation: score(validation), test: score(test),
            inference: .init(batch1: 2.31, batch32: 44.4, threads: 2), temperature: 1.1, radius: 0.8,
            calibrationError: 0.03, seconds: 4000, history: history,
            predictions: [
                .init(
                    path: "/p/1.png", label: 0, candidates: [1, 0], probabilities: [0.9, 0.1], labelProbability: 0.1)
            ])
    }

    /// Four runs of MobileNetV2 and one network that the paper has not: finished, better, failed and not run.
    static func results() -> ComparisonResults {
        let grid = ComparisonGrid(
            models: [.init(architecture: "mobilenetv2"), .init(architecture: "resnet12")], batches: [32],
            fineTunes: [.all], dropouts: [0.2, 0.5])
        let settings = ComparisonSettings(
            grid: grid, data: ["/data/a & b"], threads: 2,
            prototypes: .init(model: "/models/mobilenetv2.safetensors", shots: [1, 5]),
            command: "aniwho compare --data 'a & b' --out <new>")
        var results = ComparisonResults(
            settings: settings,
            pictures: .init(name: "a & b", classes: classes, training: 7200, validation: 1580, test: 1000),
            begun: Date(timeIntervalSince1970: 1_800_000_000))
        let cells = grid.cells
        results.runs[0] = .init(cells[0], result(cells[0], validation: 0.70, test: 0.75))
        results.runs[1] = .init(cells[1], result(cells[1], validation: 0.80, test: 0.7321))
        results.runs[2] = .init(cells[2], failed: "the loss is no number, \"so\" it ends\nhere")
        results.prototypes = [1, 5].map { shots in
            .init(
                model: "mobilenetv2", shots: shots, draws: 20, top1: share(0.4 + 0.05 * Double(shots)),
                top5: share(0.8),
                milliseconds: 4.6, parameters: 2_850_112)
        }
        results.best = RunDetails(
            cell: cells[1],
            confusion: [
                .init(label: 0, told: 0, images: 30), .init(label: 0, told: 1, images: 7),
                .init(label: 1, told: 1, images: 20), .init(label: 2, told: 0, images: 2),
            ],
            mistakes: [
                .init(
                    path: "/p/x/1\".png", label: 0, told: 1, probability: 0.987, labelProbability: 0.01,
                    thumbnail: Data([0xFF, 0xD8, 0xFF])),
                .init(path: "/p/x/2.png", label: 2, told: 0, probability: 0.6, labelProbability: 0.3, thumbnail: nil),
            ])
        return results
    }
}
