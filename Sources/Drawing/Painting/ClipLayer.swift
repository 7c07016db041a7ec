import Foundation

/// A small ornament in the bangs.
struct ClipLayer: Layer {
    func paint(on stage: Stage) {
        let worn = stage.design.accessories
        let center = Point(worn.side * 0.62, -0.42)
        switch worn.clip {
        case .none: break
        case .bar: bar(center, angle: 0.5 * worn.side, worn.color, on: stage)
        case .cross:
            bar(center, angle: 0.75, worn.color, on: stage)
            bar(center, angle: -0.75, worn.color, on: stage)
        case .star:
            stage.paint(Path(star: center, radius: 0.2, tips: 5, waist: 0.5), on: .hair, worn.color.lightened(0.2))
        case .flower:
            Self.flower(
                center, radius: 0.22, petals: worn.color.lightened(0.25), heart: Color(0.98, 0.85, 0.35), on: stage)
        case .moon:
            var path = Path(from: center + Point(0.02, -0.2))
            path.curve(center + Point(-0.28, -0.15), center + Point(-0.28, 0.18), to: center + Point(0.05, 0.2))
            path.curve(center + Point(-0.1, 0.08), center + Point(-0.1, -0.1), to: center + Point(0.02, -0.2))
            path.close()
            stage.paint(path, on: .hair, Color(0.98, 0.86, 0.4))
        case .feather:
            let tip = center + Point(worn.side * 0.35, 0.5)
            stage.paint(
                Path(stroke: center, center.toward(tip, 0.5) + Point(worn.side * 0.12, -0.05), tip, width: 0.16),
                on: .hair, worn.color)
        }
    }

    private func bar(_ center: Point, angle: Double, _ color: Color, on stage: Stage) {
        let corners = [Point(-0.2, -0.05), Point(0.2, -0.05), Point(0.2, 0.05), Point(-0.2, 0.05)]
        stage.paint(Path(polygon: corners.map { center + $0.rotated(angle) }), on: .hair, color)
    }

    /// Five round petals about a heart.
    static func flower(_ center: Point, radius: Double, petals: Color, heart: Color, on stage: Stage) {
        for index in 0..<5 {
            let petal = center + Point(0, -radius * 0.6).rotated(Double(index) * 2 * .pi / 5)
            stage.paint(Path(ellipse: petal, radius * 0.45, radius * 0.45), on: .hair, petals, weight: 0.6)
        }
        stage.canvas.fill(stage.placed(Path(ellipse: center, radius * 0.35, radius * 0.35), on: .hair), heart)
    }
}
