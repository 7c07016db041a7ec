import Charts

/// A run's curves as an SVG picture: the losses on the left, the accuracies on the right. Validation is drawn where it is measured, with
/// the accuracy's interval.
struct LearningCurves {
    private let history: [EpochRecord]
    private let title: String
    private let validationTitle: String

    private static let size = (width: 860.0, height: 340.0)

    init(_ history: [EpochRecord], title: String, validationTitle: String) {
        (self.history, self.title, self.validationTitle) = (history, title, validationTitle)
    }

    var svg: String {
        let heading = SVG.text(Self.size.width / 2, 24, title, "heading middle")
        return SVG.file(
            width: Self.size.width, height: Self.size.height, label: "Loss and accuracy of \(title)",
            [heading] + losses + accuracies)
    }

    private func chart(highest: Double, horizontal: ClosedRange<Double>) -> EpochChart {
        EpochChart(
            lastEpoch: history.last?.epoch ?? 2, highest: highest, horizontal: horizontal, vertical: 64...290, steps: 5)
    }

    private func labels(_ left: Double, _ right: Double, _ title: String) -> [String] {
        [SVG.text(left - 40, 48, title, "title"), SVG.text(right, Self.size.height - 6, "epoch", "tick end")]
    }

    private var losses: [String] {
        let validated = history.compactMap { record in record.validationLoss.map { (record.epoch, $0) } }
        let highest = (history.map(\.loss) + validated.map(\.1)).max() ?? 1
        let chart = chart(highest: highest, horizontal: 60...390)
        let training = chart.curve(history.map { ($0.epoch, $0.loss) }, "curve-ours")
        let validation = validated.isEmpty ? [] : [chart.curve(validated, "curve-few")]
        return chart.frame + labels(60, 390, "loss, nats") + [training] + validation
    }

    private var accuracies: [String] {
        let chart = chart(highest: 100, horizontal: 470...830)
        let training = chart.curve(history.map { ($0.epoch, $0.accuracy * 100) }, "curve-ours")
        let validated = history.compactMap { record in record.validationAccuracy.map { (record.epoch, $0 * 100) } }
        let parts = chart.frame + labels(470, 830, "accuracy, %") + [training] + key(530, "training", "curve-ours")
        guard !validated.isEmpty else { return parts }
        let bounds = history.compactMap { record in
            record.validationInterval.map { (record.epoch, $0[0] * 100, $0[1] * 100) }
        }
        return parts + [chart.band(bounds, "band-few"), chart.curve(validated, "curve-few")]
            + key(614, "validation, \(validationTitle), 95 % interval", "curve-few")
    }

    private func key(_ x: Double, _ label: String, _ style: String) -> [String] {
        [SVG.line((x, 44), (x + 18, 44), style), SVG.text(x + 24, 48, label)]
    }
}
