/// Locks that hang before the ears.
struct SideLocksLayer: Layer {
    func paint(on stage: Stage) {
        let hair = stage.design.hair
        guard hair.sides != .none else { return }
        let length: Double
        switch hair.sides {
        case .none, .short: length = 0.72
        case .long: length = 1.75
        case .princess: length = 0.9
        case .curled: length = 1.15
        }
        for side in [-1.0, 1.0] {
            let path = stage.placed(
                outline(hair, side: side, length: length, wind: stage.depiction.pose.wind), on: .sheet(0.18))
            stage.paint(
                path, HairPaint(stage: stage).hanging(side: side, from: -0.3, to: length), line: stage.palette.hair)
            var strand = Path(from: Point(side * 0.98, -0.2))
            strand.curve(
                Point(side * 1.0, length * 0.35),
                to: Point(side * 0.95 + stage.depiction.pose.wind * 0.6, length * 0.75))
            let line = stage.ink(for: stage.palette.hair).opacity(stage.style.inking == .none ? 0.25 : 0.6)
            stage.canvas.stroke(stage.placed(strand, on: .sheet(0.18)), line, width: stage.style.lineWidth * 0.6)
        }
    }

    private func outline(_ hair: HairDesign, side: Double, length: Double, wind: Double) -> Path {
        let inner = 0.8 - (hair.sides == .princess ? 0.06 : 0)
        let outer = 1.1 * hair.volume
        let drift = wind * length
        func at(_ x: Double, _ y: Double) -> Point { Point(side * x + drift * max(y, 0) / length, y) }
        var path = Path(from: at(0.85, -0.45))
        switch hair.sides {
        case .princess:
            path.curve(at(inner, 0), at(inner, length * 0.6), to: at(inner - 0.02, length))
            path.line(to: at(outer, length + 0.04))
        case .curled:
            path.curve(at(inner, 0.2), at(inner + 0.15, length * 0.5), to: at(inner - 0.08, length * 0.8))
            path.curve(
                at(inner - 0.12, length * 1.05), at(inner + 0.2, length * 1.1), to: at(inner + 0.22, length * 0.92))
            path.curve(at(outer + 0.18, length * 0.8), at(outer + 0.08, length * 0.5), to: at(outer, length * 0.3))
        case .none, .short, .long:
            path.curve(at(inner, 0), at(inner + 0.03, length * 0.55), to: at(inner + 0.08, length))
            path.curve(at(inner + 0.14, length * 0.8), to: at(inner + 0.18, length * 0.68))
            path.curve(at(outer, length * 0.6), to: at(outer, length * 0.3))
        }
        path.curve(at(outer + 0.05, 0), at(outer + 0.02, -0.4), to: at(outer - 0.1, -0.6))
        path.close()
        return path
    }
}
