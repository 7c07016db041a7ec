/// Horns and antlers.
struct HornsLayer: Layer {
    private static let surface = Projection.Surface.sheet(0.15)

    func paint(on stage: Stage) {
        let kind = stage.design.accessories.horns
        let color = stage.design.accessories.trim.mixed(with: Color(0.35, 0.25, 0.25), 0.45)
        for side in [-1.0, 1.0] {
            func at(_ x: Double, _ y: Double) -> Point { Point(side * x, y) }
            switch kind {
            case .none: return
            case .small:
                var path = Path(from: at(0.38, -1.1))
                path.curve(at(0.45, -1.4), to: at(0.62, -1.58))
                path.curve(at(0.66, -1.2), to: at(0.66, -0.98))
                path.close()
                stage.paint(path, on: Self.surface, color)
            case .curved:
                var path = Path(from: at(0.62, -1.02))
                path.curve(at(1.2, -1.5), at(1.7, -1.0), to: at(1.3, -0.45))
                path.curve(at(1.45, -0.95), at(1.15, -1.1), to: at(0.86, -0.72))
                path.close()
                stage.paint(path, on: Self.surface, color)
            case .antlers:
                let beam = Path(stroke: at(0.5, -1.05), at(0.62, -1.6), at(1.05, -1.85), width: 0.12)
                let tine = Path(stroke: at(0.66, -1.42), at(0.95, -1.45), at(1.08, -1.5), width: 0.09)
                for path in [beam, tine] { stage.paint(path, on: Self.surface, color) }
            }
        }
    }
}
