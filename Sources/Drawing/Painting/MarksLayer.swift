/// Beauty marks, scars, freckles, plasters and paint on the face.
struct MarksLayer: Layer {
    func paint(on stage: Stage) {
        let face = stage.design.face
        let side = face.markSide
        let canvas = stage.canvas
        let dark = stage.palette.skinShadow.shaded(0.6)
        func placed(_ path: Path) -> Path { stage.placed(path, on: .face) }
        switch face.mark {
        case .none: break
        case .beautyUnderEye: canvas.fill(placed(Path(ellipse: Point(0.55 * side, 0.5), 0.03, 0.03)), dark)
        case .beautyByMouth: canvas.fill(placed(Path(ellipse: Point(0.25 * side, 0.8), 0.03, 0.03)), dark)
        case .freckles:
            for (x, y) in [(0.45, 0.5), (0.55, 0.54), (0.65, 0.5), (0.5, 0.58), (0.61, 0.59)] {
                for mirror in [-1.0, 1.0] {
                    canvas.fill(placed(Path(ellipse: Point(x * mirror, y), 0.018, 0.018)), dark.opacity(0.7))
                }
            }
        case .scarCheek:
            let cut = Path(
                stroke: Point(0.3 * side, 0.62), Point(0.5 * side, 0.56), Point(0.72 * side, 0.42), width: 0.05)
            canvas.fill(placed(cut), Color(0.72, 0.35, 0.33))
        case .scarNose:
            let cut = Path(stroke: Point(-0.25, 0.42), Point(0, 0.36), Point(0.25, 0.42), width: 0.045)
            canvas.fill(placed(cut), Color(0.72, 0.35, 0.33))
        case .whiskers:
            for mirror in [-1.0, 1.0] {
                for tilt in [-0.06, 0.0, 0.06] {
                    let start = Point(0.5 * mirror, 0.6 + tilt * 0.6)
                    let hair = Path(
                        stroke: start, Point(0.62 * mirror, 0.59 + tilt), Point(0.78 * mirror, 0.58 + 1.6 * tilt),
                        width: 0.022)
                    canvas.fill(placed(hair), dark)
                }
            }
        case .plaster:
            let center = Point(0.56 * side, 0.6)
            let corners = [Point(-0.15, -0.06), Point(0.15, -0.06), Point(0.15, 0.06), Point(-0.15, 0.06)]
            let strip = Path(polygon: corners.map { center + $0.rotated(-0.5 * side) })
            stage.paint(placed(strip), Color(0.93, 0.76, 0.55), weight: 0.7)
        case .cheekPaint:
            for mirror in [-1.0, 1.0] {
                let corners = [Point(0.5 * mirror, 0.46), Point(0.62 * mirror, 0.46), Point(0.56 * mirror, 0.72)]
                canvas.fill(placed(Path(polygon: corners)), face.markColor)
            }
        case .foreheadGem:
            stage.paint(
                placed(Path(star: Point(0, -0.2), radius: 0.11, tips: 4, waist: 0.6)), face.markColor, weight: 0.7)
        }
    }
}
