import Foundation

/// An outline of lines and cubic Bézier curves, as a value that can be mapped and mirrored before it is drawn.
struct Path: Sendable {
    enum Element: Sendable {
        case move(Point)
        case line(Point)
        case curve(Point, Point, Point)
        case close
    }

    private(set) var elements: [Element] = []
    private(set) var end = Point.zero

    init() {}

    init(from start: Point) { move(to: start) }

    mutating func move(to point: Point) {
        elements.append(.move(point))
        end = point
    }

    mutating func line(to point: Point) {
        elements.append(.line(point))
        end = point
    }

    mutating func curve(_ first: Point, _ second: Point, to point: Point) {
        elements.append(.curve(first, second, point))
        end = point
    }

    /// A curve with a single control point, raised to a cubic.
    mutating func curve(_ control: Point, to point: Point) {
        curve(end.toward(control, 2 / 3), point.toward(control, 2 / 3), to: point)
    }

    mutating func close() { elements.append(.close) }

    mutating func append(_ other: Path) {
        elements += other.elements
        end = other.end
    }

    /// Every point, control points included, replaced by its image.
    func map(_ transform: (Point) -> Point) -> Path {
        var result = Path()
        result.elements = elements.map { element in
            switch element {
            case .move(let point): .move(transform(point))
            case .line(let point): .line(transform(point))
            case .curve(let first, let second, let point):
                .curve(transform(first), transform(second), transform(point))
            case .close: .close
            }
        }
        result.end = transform(end)
        return result
    }

    var mirrored: Path { map(\.mirrored) }

    func moved(by offset: Point) -> Path { map { $0 + offset } }
}
