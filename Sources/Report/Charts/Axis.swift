import Foundation

/// A scale from values to places in a picture.
struct Axis {
    let range: ClosedRange<Double>
    /// Where the range's ends lie.
    let places: (Double, Double)
    var isLogarithmic = false
    /// Values that are marked.
    let ticks: [Double]

    func place(_ value: Double) -> Double {
        func scaled(_ value: Double) -> Double { isLogarithmic ? log(max(value, 1e-9)) : value }
        let (low, high) = (scaled(range.lowerBound), scaled(range.upperBound))
        return places.0 + (places.1 - places.0) * (scaled(value) - low) / (high - low)
    }

    /// Even steps of 1, 2, 2.5 or 5 times a power of ten.
    static func linear(_ range: ClosedRange<Double>, _ from: Double, _ to: Double, steps: Int = 5) -> Axis {
        let rough = (range.upperBound - range.lowerBound) / Double(steps)
        let power = pow(10, floor(log10(rough)))
        let step = ([1, 2, 2.5, 5].map { $0 * power }.first { $0 >= rough * 0.999 }) ?? 10 * power
        let (first, last) = (floor(range.lowerBound / step + 1e-9), ceil(range.upperBound / step - 1e-9))
        let ticks = stride(from: first, through: last, by: 1).map { $0 * step }
        return Axis(range: first * step...last * step, places: (from, to), ticks: ticks)
    }

    /// Marks at 1, 2 and 5 times the powers of ten, ends at the marks about the values.
    static func logarithmic(_ values: [Double], _ from: Double, _ to: Double) -> Axis {
        let (low, high) = (max(values.min() ?? 1, 1e-3) / 1.15, max(values.max() ?? 10, 1e-3) * 1.15)
        let all = (-3...6).flatMap { exponent in [1, 2, 5].map { $0 * pow(10, Double(exponent)) } }
        let first = all.last { $0 <= low } ?? all[0]
        let last = all.first { $0 >= high } ?? all[all.count - 1]
        return Axis(
            range: first...last, places: (from, to), isLogarithmic: true,
            ticks: all.filter { (first...last).contains($0) })
    }

    static func label(_ tick: Double) -> String { String(format: "%g", tick) }
}

/// Pieces of SVG.
enum SVG {
    static func line(_ from: (Double, Double), _ to: (Double, Double), _ style: String) -> String {
        let (x1, y1, x2, y2) = (Figure.place(from.0), Figure.place(from.1), Figure.place(to.0), Figure.place(to.1))
        return "<line x1=\"\(x1)\" y1=\"\(y1)\" x2=\"\(x2)\" y2=\"\(y2)\" class=\"\(style)\"/>"
    }

    static func text(_ x: Double, _ y: Double, _ content: String, _ style: String = "") -> String {
        "<text x=\"\(Figure.place(x))\" y=\"\(Figure.place(y))\" class=\"\(style)\">\(content.escaped)</text>"
    }

    /// A picture that says what it shows to those who cannot see it.
    static func picture(width: Double, height: Double, label: String, attributes: String = "", _ content: [String])
        -> String
    {
        """
        <svg viewBox="0 0 \(Figure.decimal(width, 0)) \(Figure.decimal(height, 0))" role="img" \
        aria-label="\(label.escaped)"\(attributes.isEmpty ? "" : " " + attributes)>
        \(content.joined(separator: "\n"))
        </svg>
        """
    }

    /// Grid lines and numbers of both axes.
    static func frame(_ x: Axis, _ y: Axis, xLabel: (Double) -> String, yLabel: (Double) -> String) -> [String] {
        let horizontal = y.ticks.flatMap { tick in
            [
                line((x.places.0, y.place(tick)), (x.places.1, y.place(tick)), "grid"),
                text(x.places.0 - 8, y.place(tick) + 4, yLabel(tick), "tick end"),
            ]
        }
        let vertical = x.ticks.flatMap { tick in
            [
                line((x.place(tick), y.places.0), (x.place(tick), y.places.0 + 5), "axis"),
                text(x.place(tick), y.places.0 + 19, xLabel(tick), "tick middle"),
            ]
        }
        return horizontal + vertical + [line((x.places.0, y.places.0), (x.places.1, y.places.0), "axis")]
    }
}
