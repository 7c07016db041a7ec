import Foundation

extension Path {
    /// A curve through the points (Catmull-Rom), closed into a loop or left open.
    init(smooth points: [Point], closed: Bool) {
        self.init()
        guard points.count > 1 else { return }
        move(to: points[0])
        let count = points.count
        for index in 0..<(closed ? count : count - 1) {
            let here = points[index]
            let next = points[(index + 1) % count]
            let before = closed || index > 0 ? points[(index + count - 1) % count] : here
            let after = closed || index + 2 < count ? points[(index + 2) % count] : next
            curve(here + (next - before) * (1 / 6), next - (after - here) * (1 / 6), to: next)
        }
        if closed { close() }
    }

    /// Straight lines through the points, closed.
    init(polygon points: [Point]) {
        self.init()
        for (index, point) in points.enumerated() {
            if index == 0 { move(to: point) } else { line(to: point) }
        }
        close()
    }

    /// An ellipse about a center, with half-axes, turned by an angle in radians.
    init(ellipse center: Point, _ radiusX: Double, _ radiusY: Double, turned angle: Double = 0) {
        self.init()
        let kappa = 0.5522847498
        func at(_ x: Double, _ y: Double) -> Point { center + Point(x * radiusX, y * radiusY).rotated(angle) }
        move(to: at(1, 0))
        curve(at(1, kappa), at(kappa, 1), to: at(0, 1))
        curve(at(-kappa, 1), at(-1, kappa), to: at(-1, 0))
        curve(at(-1, -kappa), at(-kappa, -1), to: at(0, -1))
        curve(at(kappa, -1), at(1, -kappa), to: at(1, 0))
        close()
    }

    /// A star with `tips` points, the inner radius a fraction `waist` of the outer.
    init(star center: Point, radius: Double, tips: Int, waist: Double, turned angle: Double = 0) {
        self.init(
            polygon: (0..<(2 * tips)).map { index in
                let length = index % 2 == 0 ? radius : radius * waist
                return center + Point(0, -length).rotated(angle + Double(index) * .pi / Double(tips))
            })
    }

    /// A heart of the width and height 2 · `radius` about a center.
    init(heart center: Point, radius: Double) {
        self.init(from: center + Point(0, radius))
        let left = [Point(-1.2, 0.1), Point(-1.1, -1.2), Point(0, -0.45)].map { center + $0 * radius }
        let right = [Point(1.1, -1.2), Point(1.2, 0.1), Point(0, 1)].map { center + $0 * radius }
        curve(left[0], left[1], to: left[2])
        curve(right[0], right[1], to: right[2])
        close()
    }

    /// A brush stroke from `start` to `stop` bowing by way of `control`, thickest where `peak` says and pointed at
    /// both ends.
    init(stroke start: Point, _ control: Point, _ stop: Point, width: Double, peak: Double = 0.5) {
        let chord = stop - start
        let normal = Point(-chord.y, chord.x) * (1 / max(chord.length, 1e-6))
        let lean = start.toward(stop, peak) - start.toward(stop, 0.5)
        self.init(from: start)
        curve(control - normal * width + lean, to: stop)
        curve(control + normal * width + lean, to: start)
        close()
    }
}
