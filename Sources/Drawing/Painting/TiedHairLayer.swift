import Foundation

/// Tails, buns, braids and curls, behind the head's cap and before the back hair.
struct TiedHairLayer: Layer {
    private static let behind = Projection.Surface.sheet(-0.15)

    func paint(on stage: Stage) {
        let side = stage.design.hair.parting < 0 ? -1.0 : 1.0
        switch stage.design.hair.tied {
        case .none: break
        case .twinTails:
            for side in [-1.0, 1.0] { tail(from: Point(side * 0.98, -0.75), out: 0.75, length: 2.6, on: stage) }
        case .lowTwinTails:
            for side in [-1.0, 1.0] { tail(from: Point(side * 0.92, 0.6), out: 0.45, length: 1.6, on: stage) }
        case .ponytail: tail(from: Point(side * 0.35, -1.15), out: 1.15, length: 2.7, on: stage)
        case .sideTail: tail(from: Point(side * 1.0, -0.45), out: 0.6, length: 2.2, on: stage)
        case .buns:
            for side in [-1.0, 1.0] {
                let bun = Path(ellipse: Point(side * 0.82, -1.12), 0.36, 0.36)
                stage.paint(
                    stage.placed(bun, on: Self.behind),
                    HairPaint(stage: stage).hanging(side: side, from: -1.5, to: -0.8), line: stage.palette.hair)
                var curl = Path(from: Point(side * 0.65, -1.18))
                curl.curve(Point(side * 0.85, -1.35), Point(side * 1.05, -1.1), to: Point(side * 0.85, -1.0))
                stage.canvas.stroke(
                    stage.placed(curl, on: Self.behind), stage.ink(for: stage.palette.hair).opacity(0.6), width: 0.02)
            }
        case .braids: for side in [-1.0, 1.0] { braid(side, on: stage) }
        case .drills: for side in [-1.0, 1.0] { drill(side, on: stage) }
        case .halfUp: tail(from: Point(side * 0.5, -1.1), out: 0.5, length: 0.9, on: stage)
        }
    }

    /// A bundle that leaves the head at `root`, swings `out` and falls `length`.
    private func tail(from root: Point, out: Double, length: Double, on stage: Stage) {
        let side = root.x < 0 ? -1.0 : 1.0
        let wind = stage.depiction.pose.wind * 2
        let end = root + Point(side * out * 0.9 + wind, length)
        var path = Path(from: root + Point(0, -0.14))
        path.curve(
            root + Point(side * out * 1.1, -0.5), root + Point(side * out * 1.5 + wind * 0.5, length * 0.45), to: end)
        path.curve(
            root + Point(side * out * 0.5 + wind * 0.5, length * 0.8), root + Point(side * out * 0.15, length * 0.3),
            to: root + Point(-side * 0.08, 0.16))
        path.close()
        let paint = HairPaint(stage: stage).hanging(side: side, from: root.y, to: root.y + length)
        stage.paint(stage.placed(path, on: Self.behind), paint, line: stage.palette.hair)
        var strand = Path(from: root + Point(side * 0.1, 0))
        strand.curve(
            root + Point(side * out * 0.9, -0.1), root + Point(side * out + wind * 0.4, length * 0.4),
            to: root.toward(end, 0.85))
        stage.canvas.stroke(
            stage.placed(strand, on: Self.behind), stage.ink(for: stage.palette.hair).opacity(0.5), width: 0.022)
        let knot = Path(ellipse: root + Point(side * 0.04, 0), 0.13, 0.17)
        stage.paint(knot, on: Self.behind, stage.design.accessories.color)
    }

    private func braid(_ side: Double, on stage: Stage) {
        let paint = HairPaint(stage: stage).hanging(side: side, from: 0.5, to: 2.4)
        for index in 0..<7 {
            let center = Point(
                side * (0.98 + 0.03 * Double(index % 2)) + stage.depiction.pose.wind * 0.2 * Double(index),
                0.65 + 0.24 * Double(index))
            let link = Path(ellipse: center, 0.2, 0.15, turned: index % 2 == 0 ? 0.5 : -0.5)
            stage.paint(stage.placed(link, on: .sheet(0)), paint, line: stage.palette.hair)
        }
        let end = Point(side + stage.depiction.pose.wind * 1.3, 2.3)
        stage.paint(Bow.path(center: end, size: 0.24), on: .sheet(0), stage.design.accessories.color)
    }

    private func drill(_ side: Double, on stage: Stage) {
        let paint = HairPaint(stage: stage).hanging(side: side, from: -0.4, to: 2)
        for index in (0..<6).reversed() {
            let t = Double(index) / 6
            let center = Point(side * (1.2 + 0.1 * t) + stage.depiction.pose.wind * t, -0.3 + 2.2 * t)
            let turn = Path(ellipse: center, 0.38 * (1 - 0.5 * t), 0.26 * (1 - 0.3 * t), turned: 0.35 * side)
            stage.paint(stage.placed(turn, on: Self.behind), paint, line: stage.palette.hair)
        }
    }
}
