/// Ears of a cat, fox, rabbit or bear on top of the head.
struct AnimalEarsLayer: Layer {
    private static let surface = Projection.Surface.sheet(0.05)

    func paint(on stage: Stage) {
        let kind = stage.design.accessories.ears
        guard kind != .none else { return }
        for side in [-1.0, 1.0] {
            let (outer, inner) = shapes(kind, side: side)
            let color = stage.design.hair.coloring == .split && side > 0 ? stage.palette.hairAccent : stage.palette.hair
            stage.paint(outer, on: Self.surface, color.shaded(0.08))
            let lining = kind == .fox ? Color(0.98, 0.95, 0.9) : Color(0.98, 0.75, 0.75)
            stage.canvas.fill(stage.placed(inner, on: Self.surface), lining)
        }
    }

    /// The ear and its lining.
    private func shapes(_ kind: AccessoryDesign.Ears, side: Double) -> (outer: Path, inner: Path) {
        func at(_ x: Double, _ y: Double) -> Point { Point(side * x, y) }
        switch kind {
        case .rabbit:
            let outer = Path(ellipse: at(0.5, -1.75), 0.21, 0.72, turned: 0.14 * side)
            return (outer, Path(ellipse: at(0.5, -1.7), 0.11, 0.55, turned: 0.14 * side))
        case .bear:
            return (Path(ellipse: at(0.78, -1.15), 0.34, 0.34), Path(ellipse: at(0.78, -1.13), 0.2, 0.2))
        case .none, .cat, .fox:
            let height = kind == .fox ? -1.85 : -1.62
            var outer = Path(from: at(0.28, -1.1))
            outer.curve(at(0.45, -1.45), to: at(0.88, height))
            outer.curve(at(1.12, -1.2), to: at(1.06, -0.6))
            outer.close()
            var inner = Path(from: at(0.48, -1.1))
            inner.curve(at(0.58, -1.35), to: at(0.85, height + 0.2))
            inner.curve(at(0.99, -1.15), to: at(0.95, -0.75))
            inner.close()
            return (outer, inner)
        }
    }
}
