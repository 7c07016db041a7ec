import Foundation

/// A scale from values to positions in a picture.
public struct Axis {
    public let range: ClosedRange<Double>
    /// The positions of the range's two ends.
    public let places: (Double, Double)
    var isLogarithmic = false
    /// The values that get a mark.
    public let ticks: [Double]

    init(range: ClosedRange<Double>, places: (Double, Double), isLogarithmic: Bool = false, ticks: [Double]) {
        (self.range, self.places, self.isLogarithmic, self.ticks) = (range, places, isLogarithmic, ticks)
    }

    /// The position of a value.
    public func place(_ value: Double) -> Double {
        func scaled(_ value: Double) -> Double { isLogarithmic ? log(max(value, 1e-9)) : value }
        let (low, high) = (scaled(range.lowerBound), scaled(range.upperBound))
        return places.0 + (places.1 - places.0) * (scaled(value) - low) / (high - low)
    }

    /// An axis in even steps of 1, 2, 2.5 or 5 times a power of ten; its range grows to whole steps.
    public static func linear(_ range: ClosedRange<Double>, _ from: Double, _ to: Double, steps: Int = 5) -> Axis {
        let rough = (range.upperBound - range.lowerBound) / Double(steps)
        let power = pow(10, floor(log10(rough)))
        let step = ([1, 2, 2.5, 5].map { $0 * power }.first { $0 >= rough * 0.999 }) ?? 10 * power
        let (first, last) = (floor(range.lowerBound / step + 1e-9), ceil(range.upperBound / step - 1e-9))
        let ticks = stride(from: first, through: last, by: 1).map { $0 * step }
        return Axis(range: first * step...last * step, places: (from, to), ticks: ticks)
    }

    /// An axis with marks at 1, 2 and 5 times the powers of ten; it ends at the marks around the values.
    public static func logarithmic(_ values: [Double], _ from: Double, _ to: Double) -> Axis {
        let (low, high) = (max(values.min() ?? 1, 1e-3) / 1.15, max(values.max() ?? 10, 1e-3) * 1.15)
        let all = (-3...6).flatMap { exponent in [1, 2, 5].map { $0 * pow(10, Double(exponent)) } }
        let first = all.last { $0 <= low } ?? all[0]
        let last = all.first { $0 >= high } ?? all[all.count - 1]
        return Axis(
            range: first...last, places: (from, to), isLogarithmic: true,
            ticks: all.filter { (first...last).contains($0) })
    }

    /// A mark's number, with as many digits as it needs.
    public static func label(_ tick: Double) -> String { String(format: "%g", tick) }
}
