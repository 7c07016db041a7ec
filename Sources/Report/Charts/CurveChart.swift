import Charts
import Training

/// How one run learned: its loss, or its accuracy, in training and on the validation pictures, one point an epoch.
struct CurveChart {
    let history: [TransferEpoch]
    let bestEpoch: Int

    private static let size = (width: 300.0, height: 210.0)

    func accuracy(of name: String) -> String {
        chart(
            "accuracy of \(name), %", title: "accuracy, %", highest: 100, { $0.accuracy * 100 },
            { $0.validationAccuracy * 100 })
    }

    func loss(of name: String) -> String {
        chart(
            "loss of \(name), nats", title: "loss, nats",
            highest: history.map { max($0.loss, $0.validationLoss) }.max() ?? 1, \.loss, \.validationLoss)
    }

    private func chart(
        _ label: String, title: String, highest: Double, _ training: (TransferEpoch) -> Double,
        _ validation: (TransferEpoch) -> Double
    ) -> String {
        let chart = EpochChart(
            lastEpoch: history.last?.epoch ?? 2, highest: highest, horizontal: 34...Self.size.width - 10,
            vertical: 30...Self.size.height - 40, steps: 4)
        return SVG.picture(
            width: Self.size.width, height: Self.size.height, label: label,
            chart.frame + [
                SVG.text(0, 14, title, "title"),
                SVG.text(Self.size.width - 10, Self.size.height - 4, "epoch", "tick end"),
                chart.mark(bestEpoch, "best"),
                chart.curve(history.map { ($0.epoch, training($0)) }, "curve-ours"),
                chart.curve(history.map { ($0.epoch, validation($0)) }, "curve-few"),
            ])
    }
}
