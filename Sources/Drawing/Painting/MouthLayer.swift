/// The mouth, small and low as the genre draws it.
struct MouthLayer: Layer {
    private static let level = 0.72

    func paint(on stage: Stage) {
        let level = Self.level
        switch stage.depiction.expression.mouth {
        case .neutral: line([Point(-0.1, level), Point(0, level + 0.015), Point(0.1, level)], on: stage)
        case .smile: line([Point(-0.17, level - 0.03), Point(0, level + 0.06), Point(0.17, level - 0.03)], on: stage)
        case .frown: line([Point(-0.13, level + 0.04), Point(0, level - 0.02), Point(0.13, level + 0.04)], on: stage)
        case .cat:
            line(
                [
                    Point(-0.17, level - 0.03), Point(-0.09, level + 0.04), Point(0, level - 0.015),
                    Point(0.09, level + 0.04),
                    Point(0.17, level - 0.03),
                ], on: stage)
        case .pout: line([Point(-0.07, level + 0.02), Point(0, level - 0.03), Point(0.07, level + 0.02)], on: stage)
        case .small: cavity(Path(ellipse: Point(0, level + 0.02), 0.06, 0.07), on: stage)
        case .open: cavity(Self.bowl(width: 0.17, depth: 0.2), on: stage)
        case .laugh: cavity(Self.bowl(width: 0.26, depth: 0.28), on: stage)
        case .grin: grin(on: stage)
        }
    }

    /// The opened mouth: nearly straight above, round below.
    private static func bowl(width: Double, depth: Double) -> Path {
        var path = Path(from: Point(-width, level - 0.05))
        path.curve(Point(-width * 0.4, level - 0.01), Point(width * 0.4, level - 0.01), to: Point(width, level - 0.05))
        path.curve(
            Point(width * 0.95, level + depth * 0.75), Point(width * 0.4, level + depth), to: Point(0, level + depth))
        path.curve(
            Point(-width * 0.4, level + depth), Point(-width * 0.95, level + depth * 0.75),
            to: Point(-width, level - 0.05))
        path.close()
        return path
    }

    private func line(_ points: [Point], on stage: Stage) {
        let path = stage.placed(Path(smooth: points, closed: false), on: .face)
        stage.canvas.stroke(path, lineColor(stage), width: max(stage.style.lineWidth, 0.024))
        fang(on: stage)
    }

    private func lineColor(_ stage: Stage) -> Color {
        stage.style.inking == .dark
            ? stage.style.lineColor : stage.palette.skinShadow.shaded(0.65).mixed(with: Color(0.6, 0.2, 0.2), 0.3)
    }

    private func cavity(_ path: Path, on stage: Stage) {
        let canvas = stage.canvas
        let placed = stage.placed(path, on: .face)
        canvas.fill(placed, Color(0.62, 0.2, 0.23))
        canvas.clipped(to: placed) {
            canvas.fill(
                stage.placed(Path(ellipse: Point(0, Self.level + 0.24), 0.17, 0.14), on: .face), Color(0.95, 0.5, 0.5))
            if stage.depiction.expression.mouth != .small {
                canvas.fill(stage.placed(Path(ellipse: Point(0, Self.level - 0.06), 0.15, 0.065), on: .face), .white)
            }
            fang(on: stage)
        }
        canvas.stroke(placed, lineColor(stage), width: max(stage.style.lineWidth * 0.8, 0.018))
    }

    private func grin(on stage: Stage) {
        let path = stage.placed(Self.bowl(width: 0.22, depth: 0.11), on: .face)
        stage.canvas.fill(path, .white)
        var teeth = Path(from: Point(-0.2, Self.level + 0.02))
        teeth.curve(Point(0, Self.level + 0.05), to: Point(0.2, Self.level + 0.02))
        stage.canvas.stroke(stage.placed(teeth, on: .face), Color(0.75, 0.7, 0.72), width: 0.012)
        stage.canvas.stroke(path, lineColor(stage), width: max(stage.style.lineWidth, 0.022))
        fang(on: stage)
    }

    private func fang(on stage: Stage) {
        guard stage.design.face.fang else { return }
        let x = 0.1 * stage.design.face.markSide
        let top = Self.level - 0.01
        let tooth = Path(polygon: [Point(x - 0.04, top), Point(x + 0.04, top), Point(x, top + 0.1)])
        stage.canvas.fill(stage.placed(tooth, on: .face), .white)
    }
}
