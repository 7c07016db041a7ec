/// The scene's light over the finished drawing: tint, a shadow across one side, a glow from a corner.
struct LightLayer: Layer {
    private static let everything = Path(polygon: [Point(0, 0), Point(1, 0), Point(1, 1), Point(0, 1)])

    func paint(on stage: Stage) {
        let canvas = stage.canvas
        let light = stage.depiction.light
        canvas.transformToUnitSquare()
        if light.tint != .white { canvas.fill(Self.everything, light.tint, blend: .multiply) }
        if light.shadow > 0 {
            let dark = light.side > 0 ? 0.0 : 1.0
            let color = Color.white.mixed(with: light.shadowColor, light.shadow)
            canvas.fill(
                Self.everything,
                .linear(from: Point(dark, 0.8), to: Point(1 - dark, 0.2), stops: [(0, color), (0.7, .white)]),
                blend: .multiply)
        }
        if light.glow > 0 {
            let corner = Point(light.side > 0 ? 1 : 0, 0)
            let stops = [(0.0, light.glowColor.opacity(light.glow)), (1.0, light.glowColor.opacity(0))]
            canvas.fill(Self.everything, .radial(center: corner, radius: 1, stops: stops), blend: .screen)
        }
    }
}
