/// Curves over the epochs of a training, on one pair of axes.
public struct EpochChart {
    private let x, y: Axis

    /// - Parameters:
    ///   - lastEpoch: epochs count from 1.
    ///   - highest: the greatest value; the lowest is 0.
    ///   - horizontal, vertical: where the axes lie in the picture.
    ///   - steps: about how many grid lines there are.
    public init(
        lastEpoch: Int, highest: Double, horizontal: ClosedRange<Double>, vertical: ClosedRange<Double>, steps: Int
    ) {
        let last = Double(max(lastEpoch, 2))
        y = Axis.linear(0...max(highest, 1e-3), vertical.upperBound, vertical.lowerBound, steps: steps)
        let even = Axis.linear(1...last, horizontal.lowerBound, horizontal.upperBound, steps: 5)
        let whole = even.ticks.filter { $0 >= 1 && $0 <= last && $0 == $0.rounded() }
        x = Axis(range: 1...last, places: even.places, ticks: whole)
    }

    /// The grid lines and numbers of both axes.
    public var frame: [String] { SVG.frame(x, y, xLabel: Axis.label, yLabel: Axis.label) }

    private func place(_ epoch: Int, _ value: Double) -> (Double, Double) { (x.place(Double(epoch)), y.place(value)) }

    public func curve(_ points: [(epoch: Int, value: Double)], _ style: String) -> String {
        let places = points.map { place($0.epoch, $0.value) }
        // A line needs two points; the round ends of one from a point to itself make a dot.
        return SVG.polyline(places.count == 1 ? places + places : places, style)
    }

    /// The area between two curves, an interval for example.
    public func band(_ bounds: [(epoch: Int, low: Double, high: Double)], _ style: String) -> String {
        SVG.polygon(
            bounds.map { place($0.epoch, $0.high) } + bounds.reversed().map { place($0.epoch, $0.low) }, style)
    }

    /// A vertical line at an epoch.
    public func mark(_ epoch: Int, _ style: String) -> String {
        let place = x.place(Double(epoch))
        return SVG.line((place, y.places.0), (place, y.places.1), style)
    }
}
