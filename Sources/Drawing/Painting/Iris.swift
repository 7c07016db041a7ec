/// Iris, pupil and highlights of one eye.
struct Iris {
    let shape: EyeShape
    let color: Color

    private func center(_ stage: Stage) -> Point {
        let gaze = stage.depiction.expression.gaze
        return shape.center + Point(gaze.x * shape.width * 0.22, gaze.y * shape.height * 0.12 + shape.height * 0.02)
    }

    private func radii(_ stage: Stage) -> (x: Double, y: Double) {
        let wide = stage.depiction.expression.left == .wide ? 0.85 : 1
        let size = stage.design.eyes.irisSize * wide
        return (shape.width * 0.72 * size, shape.height * 0.98 * size)
    }

    func paint(on stage: Stage) {
        let canvas = stage.canvas
        let center = center(stage)
        let (radiusX, radiusY) = radii(stage)
        let placed = stage.placed(Path(ellipse: center, radiusX, radiusY), on: .face)
        let top = stage.placed(Path(from: center + Point(0, -radiusY)), on: .face).end
        let bottom = stage.placed(Path(from: center + Point(0, radiusY)), on: .face).end
        if stage.style.shading == .flat {
            canvas.fill(placed, color)
            let lid = Path(ellipse: center + Point(0, -radiusY * 0.55), radiusX, radiusY * 0.75)
            canvas.clipped(to: placed) { canvas.fill(stage.placed(lid, on: .face), color.shaded(0.55)) }
        } else {
            canvas.fill(
                placed,
                .linear(
                    from: top, to: bottom,
                    stops: [
                        (0, color.shaded(0.85)), (0.45, color.shaded(0.25)), (0.75, color.lightened(0.15)),
                        (1, color.lightened(0.5)),
                    ]))
        }
        pupil(center, radiusX, radiusY, on: stage)
        canvas.clipped(to: placed) {
            let glow = Path(ellipse: center + Point(0, radiusY * 0.72), radiusX * 0.62, radiusY * 0.3)
            canvas.fill(stage.placed(glow, on: .face), color.lightened(0.6).opacity(0.65))
        }
        canvas.stroke(placed, color.shaded(0.95), width: 0.026)
    }

    private func pupil(_ center: Point, _ radiusX: Double, _ radiusY: Double, on stage: Stage) {
        let dark = color.shaded(1).mixed(with: .black, 0.35)
        let path: Path
        switch stage.design.eyes.pupil {
        case .none: return
        case .round: path = Path(ellipse: center, radiusX * 0.42, radiusY * 0.45)
        case .slit: path = Path(ellipse: center, radiusX * 0.15, radiusY * 0.62)
        case .star: path = Path(star: center, radius: radiusX * 0.75, tips: 5, waist: 0.45)
        case .heart: path = Path(heart: center, radius: radiusX * 0.6)
        case .ring:
            stage.canvas.stroke(
                stage.placed(Path(ellipse: center, radiusX * 0.5, radiusY * 0.5), on: .face), dark, width: 0.04)
            return
        }
        let bright = stage.design.eyes.pupil == .star || stage.design.eyes.pupil == .heart
        stage.canvas.fill(stage.placed(path, on: .face), bright ? color.lightened(0.75) : dark)
    }

    /// The white reflections, which may overlap the lid.
    func paintHighlights(on stage: Stage) {
        let center = center(stage)
        let (radiusX, radiusY) = radii(stage)
        let side = stage.depiction.light.side
        let spots: [(Point, Double, Double)] = [
            (Point(0.32 * side, -0.42), 0.36, 0.24), (Point(-0.38 * side, 0.42), 0.2, 0.14),
            (Point(0.45 * side, 0.1), 0.12, 0.09),
        ]
        for (offset, width, height) in spots.prefix(stage.style.highlights) {
            let spot = center + Point(offset.x * radiusX, offset.y * radiusY)
            stage.canvas.fill(
                stage.placed(Path(ellipse: spot, width * radiusX, height * radiusY), on: .face),
                Color.white.opacity(0.95))
        }
    }
}
