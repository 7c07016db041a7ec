/// A run's curves as an SVG picture: the loss on the left, that on validation pictures too where it is measured; training and validation
/// accuracy, with its interval, on the right.
struct CurvePicture {
    private let history: [EpochRecord]
    private let title: String
    private let validationTitle: String

    private static let size = (width: 860.0, height: 340.0)
    private static let (blue, orange) = ("#2563a8", "#c2541b")

    init(_ history: [EpochRecord], title: String, validationTitle: String) {
        (self.history, self.title, self.validationTitle) = (history, title, validationTitle)
    }

    var svg: String {
        let losses = history.map { Mark(epoch: $0.epoch, value: $0.loss) }
        let validationLosses = history.compactMap { record in
            record.validationLoss.map { Mark(epoch: record.epoch, value: $0) }
        }
        let highest = (losses + validationLosses).map(\.value).max() ?? 1
        let loss = Panel(
            left: 60, width: 330, epochs: epochs, range: 0...max(Self.niceAbove(highest), 1e-6), isPercent: false)
        let accuracy = Panel(left: 470, width: 360, epochs: epochs, range: 0...1, isPercent: true)
        let training = history.map { Mark(epoch: $0.epoch, value: $0.accuracy) }
        let validated = history.compactMap { record in
            record.validationAccuracy.map { Mark(epoch: record.epoch, value: $0) }
        }
        var parts = [
            text(Self.size.width / 2, 24, title, size: 15, anchor: "middle"),
            loss.frame("loss (nats)"), loss.line(losses, Self.blue),
            accuracy.frame("accuracy"), accuracy.line(training, Self.blue),
            legend(x: 498, "training", Self.blue),
        ]
        if !validationLosses.isEmpty { parts.append(loss.line(validationLosses, Self.orange)) }
        if !validated.isEmpty {
            parts += [
                accuracy.band(history, Self.orange), accuracy.line(validated, Self.orange),
                legend(x: 582, "validation, \(validationTitle), 95 % interval", Self.orange),
            ]
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.size.width) \(Self.size.height)" \
            font-family="sans-serif" font-size="12" fill="#222">
            <rect width="100%" height="100%" fill="white"/>
            \(parts.joined(separator: "\n"))
            </svg>

            """
    }

    /// The first and last epoch; at least one apart.
    private var epochs: ClosedRange<Double> { 1...Double(max(history.last?.epoch ?? 2, 2)) }

    private func legend(x: Double, _ label: String, _ color: String) -> String {
        """
        <line x1="\(x)" y1="44" x2="\(x + 18)" y2="44" stroke="\(color)" stroke-width="2"/>
        \(text(x + 24, 48, label, size: 12, anchor: "start"))
        """
    }

    /// The next of 1, 2, 5, 10, … at or above a positive value.
    private static func niceAbove(_ value: Double) -> Double {
        var bound = 1e-3
        let factors = [2, 2.5, 2]
        var index = 0
        while bound < value, bound < 1e9 {
            bound *= factors[index % 3]
            index += 1
        }
        return bound
    }
}

private struct Mark {
    let epoch: Int
    let value: Double
}

private func text(_ x: Double, _ y: Double, _ content: String, size: Int, anchor: String) -> String {
    let escaped = content.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    return "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\" text-anchor=\"\(anchor)\">\(escaped)</text>"
}

/// One pair of axes.
private struct Panel {
    let left: Double
    let width: Double
    let epochs: ClosedRange<Double>
    let range: ClosedRange<Double>
    let isPercent: Bool

    private let top = 60.0
    private let bottom = 296.0

    init(left: Double, width: Double, epochs: ClosedRange<Double>, range: ClosedRange<Double>, isPercent: Bool) {
        (self.left, self.width, self.epochs, self.range, self.isPercent) = (left, width, epochs, range, isPercent)
    }

    private func place(_ epoch: Double, _ value: Double) -> String {
        let x = left + width * (epoch - epochs.lowerBound) / (epochs.upperBound - epochs.lowerBound)
        let y = bottom - (bottom - top) * (value - range.lowerBound) / (range.upperBound - range.lowerBound)
        return "\((x * 10).rounded() / 10),\((y * 10).rounded() / 10)"
    }

    /// Axes, grid, tick labels, and what the panel shows.
    func frame(_ label: String) -> String {
        var parts: [String] = []
        for step in 0...5 {
            let share = Double(step) / 5
            let value = range.lowerBound + share * (range.upperBound - range.lowerBound)
            let y = bottom - (bottom - top) * share
            parts.append("<line x1=\"\(left)\" y1=\"\(y)\" x2=\"\(left + width)\" y2=\"\(y)\" stroke=\"#ddd\"/>")
            let shown = isPercent ? "\(Int((value * 100).rounded())) %" : "\((value * 1000).rounded() / 1000)"
            parts.append(text(left - 6, y + 4, shown, size: 11, anchor: "end"))
        }
        let stride = max(1, Int((epochs.upperBound - epochs.lowerBound) / 8 + 0.999))
        for epoch in Swift.stride(from: Int(epochs.lowerBound), through: Int(epochs.upperBound), by: stride) {
            let x = left + width * (Double(epoch) - epochs.lowerBound) / (epochs.upperBound - epochs.lowerBound)
            parts.append(text(x, bottom + 16, String(epoch), size: 11, anchor: "middle"))
        }
        parts.append(text(left + width / 2, bottom + 34, "epoch", size: 12, anchor: "middle"))
        parts.append(text(left - 40, top - 12, label, size: 12, anchor: "start"))
        return parts.joined(separator: "\n")
    }

    func line(_ marks: [Mark], _ color: String) -> String {
        let points = marks.map { place(Double($0.epoch), $0.value) }
        let dots = points.map { point in
            let sides = point.split(separator: ",")
            return "<circle cx=\"\(sides[0])\" cy=\"\(sides[1])\" r=\"2\" fill=\"\(color)\"/>"
        }
        return
            "<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"2\"/>\n"
            + dots.joined(separator: "\n")
    }

    /// The interval about the validation's line.
    func band(_ history: [EpochRecord], _ color: String) -> String {
        let bounds = history.compactMap { record in record.validationInterval.map { (Double(record.epoch), $0) } }
        let points = bounds.map { place($0.0, $0.1[1]) } + bounds.reversed().map { place($0.0, $0.1[0]) }
        return "<polygon points=\"\(points.joined(separator: " "))\" fill=\"\(color)\" fill-opacity=\"0.2\"/>"
    }
}
