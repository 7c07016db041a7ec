import Statistics
import Training

/// The paper's Figure 26: top-1 accuracy on the test pictures against the time that one picture takes, ours and the paper's.
struct SpeedChart {
    private let ours: [Point]
    private let theirs: [Point]
    private let prototypes: [Point]

    private struct Point {
        let name: String
        /// In milliseconds.
        let time: Double
        /// In per cent, and its interval where there is one.
        let accuracy: Double
        var interval: ClosedRange<Double>?

        init(_ name: String, _ time: Double, _ accuracy: Double) {
            (self.name, self.time, self.accuracy) = (name, time, accuracy)
        }

        init(_ name: String, _ time: Double, _ share: Estimate) {
            self.init(name, time, share.mean * 100)
            interval = share.low * 100...share.high * 100
        }
    }

    private static let size = (width: 760.0, height: 470.0)

    init(_ results: ComparisonResults) {
        ours = results.settings.grid.models.compactMap { model in
            results.bestRun(of: model.architecture)?.result.map {
                Point(PaperFigures.name(model.architecture), $0.inference.batch1, $0.test.top1)
            }
        }
        theirs = PaperFigures.models.map { Point($0.name, $0.inference, $0.top1) }
        prototypes = results.prototypes.map { Point($0.name, $0.milliseconds, $0.top1) }
    }

    /// For the page, whose style it takes.
    var svg: String { SVG.picture(width: Self.size.width, height: Self.size.height, label: label, content) }

    /// For a file of its own.
    var file: String {
        SVG.picture(
            width: Self.size.width, height: Self.size.height, label: label,
            attributes:
                "xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Int(Self.size.width))\" height=\"\(Int(Self.size.height))\"",
            [ChartStyle.standalone] + content) + "\n"
    }

    private var label: String {
        "Top-1 accuracy against inference time. "
            + (ours + prototypes).map {
                "\($0.name): \(Figure.decimal($0.accuracy, 1)) %, \(Figure.milliseconds($0.time)) ms"
            }
            .joined(separator: "; ")
    }

    private var content: [String] {
        let all = ours + theirs + prototypes
        let x = Axis.logarithmic(all.map(\.time), 62, Self.size.width - 24)
        let lowest = all.map { $0.interval?.lowerBound ?? $0.accuracy }.min() ?? 0
        let y = Axis.linear(max(0, lowest - 3)...100, Self.size.height - 62, 52, steps: 8)
        func place(_ point: Point) -> (Double, Double) { (x.place(point.time), y.place(point.accuracy)) }
        var parts = SVG.frame(x, y, xLabel: Axis.label, yLabel: { Axis.label($0) })
        parts.append(SVG.text(x.places.0 - 8, 24, "top-1 accuracy on test pictures, %", "title"))
        parts.append(
            SVG.text(
                (x.places.0 + x.places.1) / 2, Self.size.height - 18, "time for one picture, ms (logarithmic)", "middle"
            ))
        for point in ours {
            if let same = theirs.first(where: { $0.name == point.name }) {
                parts.append(SVG.line(place(point), place(same), "pair"))
            }
        }
        parts += bars(ours, x, y, "bar-ours") + bars(prototypes, x, y, "bar-few")
        parts += theirs.map { diamond(place($0), $0) }
        parts += prototypes.map { square(place($0), $0) } + ours.map { disc(place($0), $0) }
        return parts + names(place, x, y) + legend
    }

    private func names(_ place: (Point) -> (Double, Double), _ x: Axis, _ y: Axis) -> [String] {
        let bounds = Box(
            x: x.places.0 + 2, y: y.places.1 - 4, width: x.places.1 - x.places.0 + 18, height: y.places.0 - y.places.1)
        let marks = (ours + prototypes + theirs).map { point in
            let (px, py) = place(point)
            return Box(x: px - 7, y: py - 7, width: 14, height: 14)
        }
        let intervals = (ours + prototypes).compactMap { point in
            point.interval.map { interval in
                let (top, bottom) = (y.place(interval.upperBound), y.place(interval.lowerBound))
                return Box(x: x.place(point.time) - 3, y: top, width: 6, height: bottom - top)
            }
        }
        var labels = Labels(in: bounds, around: marks + intervals)
        return ours.map { labels.add($0.name, at: place($0).0, place($0).1, "name") }
            + prototypes.map { labels.add($0.name, at: place($0).0, place($0).1, "name") }
            + theirs.map { labels.add($0.name, at: place($0).0, place($0).1, "name name-theirs") }
    }

    private func bars(_ points: [Point], _ x: Axis, _ y: Axis, _ style: String) -> [String] {
        points.flatMap { point -> [String] in
            guard let interval = point.interval else { return [] }
            let (px, low, high) = (x.place(point.time), y.place(interval.lowerBound), y.place(interval.upperBound))
            return [
                SVG.line((px, low), (px, high), style), SVG.line((px - 4, low), (px + 4, low), style),
                SVG.line((px - 4, high), (px + 4, high), style),
            ]
        }
    }

    private func title(_ point: Point, _ whose: String) -> String {
        let interval = point.interval.map {
            " (\(Figure.decimal($0.lowerBound, 1))–\(Figure.decimal($0.upperBound, 1)))"
        }
        let text =
            "\(point.name), \(whose): \(Figure.decimal(point.accuracy, 2)) %\(interval ?? ""), \(Figure.milliseconds(point.time)) ms"
        return "<title>\(text.escaped)</title>"
    }

    private func disc(_ place: (Double, Double), _ point: Point) -> String {
        "<circle cx=\"\(Figure.place(place.0))\" cy=\"\(Figure.place(place.1))\" r=\"5.5\" class=\"ours\">\(title(point, "AniWho"))</circle>"
    }

    private func square(_ place: (Double, Double), _ point: Point) -> String {
        "<rect x=\"\(Figure.place(place.0 - 5))\" y=\"\(Figure.place(place.1 - 5))\" width=\"10\" height=\"10\" class=\"few\">\(title(point, "AniWho"))</rect>"
    }

    private func diamond(_ place: (Double, Double), _ point: Point) -> String {
        let (x, y) = place
        let corners = [(x, y - 6.5), (x + 6.5, y), (x, y + 6.5), (x - 6.5, y)]
            .map { "\(Figure.place($0.0)),\(Figure.place($0.1))" }.joined(separator: " ")
        return "<polygon points=\"\(corners)\" class=\"theirs\">\(title(point, "the paper"))</polygon>"
    }

    private var legend: [String] {
        let y = 20.0
        let marks = [
            (440.0, disc((440, y), Point("", 0, 0)), "AniWho"),
            (526.0, square((526, y), Point("", 0, 0)), "prototypes"),
            (630.0, diamond((630, y), Point("", 0, 0)), "the paper"),
        ]
        return marks.filter { $0.2 != "prototypes" || !prototypes.isEmpty }
            .flatMap {
                [
                    "<g aria-hidden=\"true\">\($0.1.replacing(/<title>.*<\/title>/, with: ""))</g>",
                    SVG.text($0.0 + 12, y + 4, $0.2),
                ]
            }
    }
}
