/// A tied ribbon, used at the neck and on the hair.
enum Bow {
    /// Two loops and a knot about `center`; `size` is half the width. `tails` adds the hanging ends.
    static func path(center: Point, size: Double, tails: Bool = true, turned angle: Double = 0) -> Path {
        func at(_ x: Double, _ y: Double) -> Point { center + (Point(x, y) * size).rotated(angle) }
        var path = Path()
        for side in [-1.0, 1.0] {
            if tails {
                path.append(
                    Path(polygon: [at(0, 0), at(side * 0.55, 1.1), at(side * 0.25, 1.0), at(side * 0.1, 1.15)]))
            }
            path.move(to: at(0, 0))
            path.curve(at(side * 0.4, -0.6), at(side * 0.9, -0.75), to: at(side, -0.45))
            path.curve(at(side * 1.05, 0), at(side * 1.05, 0.2), to: at(side * 0.95, 0.5))
            path.curve(at(side * 0.7, 0.6), at(side * 0.3, 0.35), to: at(0, 0))
            path.close()
        }
        path.append(Path(ellipse: center, size * 0.2, size * 0.24))
        return path
    }
}
