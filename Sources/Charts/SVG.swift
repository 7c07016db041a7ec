/// Elements of SVG. Classes give them their looks: see ``ChartStyle``.
public enum SVG {
    public static func line(_ from: (Double, Double), _ to: (Double, Double), _ style: String) -> String {
        let (x1, y1, x2, y2) = (Figure.place(from.0), Figure.place(from.1), Figure.place(to.0), Figure.place(to.1))
        return "<line x1=\"\(x1)\" y1=\"\(y1)\" x2=\"\(x2)\" y2=\"\(y2)\" class=\"\(style)\"/>"
    }

    public static func text(_ x: Double, _ y: Double, _ content: String, _ style: String = "") -> String {
        "<text x=\"\(Figure.place(x))\" y=\"\(Figure.place(y))\" class=\"\(style)\">\(content.escaped)</text>"
    }

    /// A line through points.
    public static func polyline(_ points: [(Double, Double)], _ style: String) -> String {
        "<polyline points=\"\(coordinates(points))\" class=\"\(style)\"/>"
    }

    /// An area inside points. `content` goes inside the element, a `<title>` for example.
    public static func polygon(_ points: [(Double, Double)], _ style: String, _ content: String = "") -> String {
        let start = "<polygon points=\"\(coordinates(points))\" class=\"\(style)\""
        return content.isEmpty ? start + "/>" : "\(start)>\(content)</polygon>"
    }

    private static func coordinates(_ points: [(Double, Double)]) -> String {
        points.map { "\(Figure.place($0.0)),\(Figure.place($0.1))" }.joined(separator: " ")
    }

    /// A picture inside a page.
    /// - Parameters:
    ///   - label: what the picture shows, for people who cannot see it.
    ///   - attributes: more attributes of the `svg` element.
    public static func picture(
        width: Double, height: Double, label: String, attributes: String = "", _ content: [String]
    ) -> String {
        """
        <svg viewBox="0 0 \(Figure.decimal(width, 0)) \(Figure.decimal(height, 0))" role="img" \
        aria-label="\(label.escaped)"\(attributes.isEmpty ? "" : " " + attributes)>
        \(content.joined(separator: "\n"))
        </svg>
        """
    }

    /// A picture in a file of its own, with its style inside.
    public static func file(width: Double, height: Double, label: String, _ content: [String]) -> String {
        picture(
            width: width, height: height, label: label,
            attributes: "xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Int(width))\" height=\"\(Int(height))\"",
            [ChartStyle.standalone] + content) + "\n"
    }

    /// The grid lines and numbers of both axes.
    public static func frame(_ x: Axis, _ y: Axis, xLabel: (Double) -> String, yLabel: (Double) -> String) -> [String] {
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
