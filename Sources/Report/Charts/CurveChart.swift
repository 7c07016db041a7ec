import Training

/// How one run learned, an epoch a point: its loss, or its accuracy, in training and on the validation pictures.
struct CurveChart {
    let history: [TransferEpoch]
    let bestEpoch: Int

    private static let size = (width: 300.0, height: 210.0)

    func accuracy(of name: String) -> String {
        chart("accuracy of \(name), %", history.map { ($0.accuracy * 100, $0.validationAccuracy * 100) }, top: 100)
    }

    func loss(of name: String) -> String {
        let values = history.map { ($0.loss, $0.validationLoss) }
        return chart("loss of \(name), nats", values, top: values.map { max($0.0, $0.1) }.max() ?? 1)
    }

    private func chart(_ label: String, _ values: [(training: Double, validation: Double)], top: Double) -> String {
        let last = Double(max(history.last?.epoch ?? 2, 2))
        let y = Axis.linear(0...max(top, 1e-3), Self.size.height - 40, 30, steps: 4)
        let even = Axis.linear(1...last, 34, Self.size.width - 10, steps: 5)
        let marked = even.ticks.filter { $0 >= 1 && $0 <= last && $0 == $0.rounded() }
        let x = Axis(range: 1...last, places: even.places, ticks: marked)
        func curve(_ value: (Int) -> Double, _ style: String) -> String {
            // A line of one point is drawn as a dot: its ends are round, but it needs two.
            let shown = history.count == 1 ? [0, 0] : Array(history.indices)
            let points = shown.map { index in
                "\(Figure.place(x.place(Double(history[index].epoch)))),\(Figure.place(y.place(value(index))))"
            }
            return "<polyline points=\"\(points.joined(separator: " "))\" class=\"\(style)\"/>"
        }
        let best = x.place(Double(bestEpoch))
        let title = String(label.prefix { $0 != " " }) + (label.hasSuffix("%") ? ", %" : ", nats")
        var parts = SVG.frame(x, y, xLabel: Axis.label, yLabel: Axis.label)
        parts += [
            SVG.text(0, 14, title, "title"), SVG.text(Self.size.width - 10, Self.size.height - 4, "epoch", "tick end"),
            SVG.line((best, y.places.0), (best, y.places.1), "best"),
            curve({ values[$0].training }, "curve-ours"), curve({ values[$0].validation }, "curve-few"),
        ]
        return SVG.picture(width: Self.size.width, height: Self.size.height, label: label, parts)
    }
}
