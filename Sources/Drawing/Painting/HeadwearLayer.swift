import Foundation

/// Ribbons, bands, hats and crowns.
struct HeadwearLayer: Layer {
    func paint(on stage: Stage) {
        let worn = stage.design.accessories
        switch worn.headwear {
        case .none, .halo: break
        case .band: arc(width: 0.13, color: worn.color, on: stage)
        case .sideRibbon: ribbon(at: Point(worn.side * 0.82, -0.8), size: 0.38, worn, on: stage)
        case .twinRibbons:
            for side in [-1.0, 1.0] { ribbon(at: Point(side * 0.9, -0.78), size: 0.32, worn, on: stage) }
        case .bigBow: ribbon(at: Point(0, -1.28), size: 0.62, worn, on: stage)
        case .beret: beret(worn, on: stage)
        case .witchHat: witchHat(worn, on: stage)
        case .flowerCrown: flowerCrown(worn, on: stage)
        case .crown: crown(worn, on: stage)
        case .headphones: headphones(worn, on: stage)
        case .goggles: goggles(worn, on: stage)
        }
    }

    /// A band over the head from ear to ear.
    private func arc(width: Double, color: Color, on stage: Stage) {
        var path = Path(from: Point(-1.08, -0.28))
        path.curve(Point(-0.85, -1.25), Point(0.85, -1.25), to: Point(1.08, -0.28))
        let placed = stage.placed(path, on: .hair)
        if stage.style.inking != .none {
            stage.canvas.stroke(placed, stage.ink(for: color), width: width + 2 * stage.style.lineWidth * 0.8)
        }
        stage.canvas.stroke(placed, color, width: width)
    }

    private func ribbon(at center: Point, size: Double, _ worn: AccessoryDesign, on stage: Stage) {
        let angle = 0.5 * center.x
        stage.paint(Bow.path(center: center, size: size, turned: angle), on: .sheet(0.3), worn.color)
        stage.paint(Path(ellipse: center, size * 0.2, size * 0.24), on: .sheet(0.3), worn.trim)
    }

    private func beret(_ worn: AccessoryDesign, on stage: Stage) {
        let center = Point(worn.side * 0.18, -1.12)
        stage.paint(Path(ellipse: center, 1.12, 0.48, turned: worn.side * 0.22), on: .sheet(0.2), worn.color)
        var hem = Path(from: Point(-0.95, -0.72))
        hem.curve(Point(-0.4, -0.98), Point(0.4, -0.98), to: Point(0.95, -0.72))
        stage.canvas.stroke(stage.placed(hem, on: .hair), worn.color.shaded(0.45), width: 0.1)
        stage.paint(Path(ellipse: center + Point(0, -0.5), 0.08, 0.1), on: .sheet(0.2), worn.trim)
    }

    private func witchHat(_ worn: AccessoryDesign, on stage: Stage) {
        var cone = Path(from: Point(-0.78, -0.85))
        cone.curve(Point(-0.4, -1.6), to: Point(worn.side * 0.35, -2.5))
        cone.curve(Point(0.55, -1.6), to: Point(0.78, -0.85))
        cone.close()
        let cloth = worn.color.shaded(0.35)
        stage.paint(cone, on: .sheet(0.05), cloth)
        let strip = Path(polygon: [Point(-0.8, -0.85), Point(-0.68, -1.1), Point(0.68, -1.1), Point(0.8, -0.85)])
        stage.paint(strip, on: .sheet(0.15), worn.trim)
        stage.paint(Path(ellipse: Point(0, -0.82), 1.6, 0.24, turned: 0.05 * worn.side), on: .sheet(0.2), cloth)
    }

    private func flowerCrown(_ worn: AccessoryDesign, on stage: Stage) {
        for index in -3...3 {
            let x = Double(index) * 0.3
            let center = Point(x, -0.88 + 0.42 * x * x)
            let color = index % 2 == 0 ? worn.color.lightened(0.2) : worn.trim
            ClipLayer.flower(center, radius: 0.17, petals: color, heart: Color(0.98, 0.85, 0.35), on: stage)
        }
    }

    private func crown(_ worn: AccessoryDesign, on stage: Stage) {
        let gold = Color(0.96, 0.78, 0.27)
        let spikes = [
            Point(-0.42, -1.12), Point(-0.5, -1.6), Point(-0.22, -1.38), Point(0, -1.72), Point(0.22, -1.38),
            Point(0.5, -1.6),
            Point(0.42, -1.12),
        ]
        stage.paint(Path(polygon: spikes), on: .sheet(0.35), gold)
        stage.canvas.fill(stage.placed(Path(ellipse: Point(0, -1.26), 0.08, 0.09), on: .sheet(0.35)), worn.color)
    }

    private func headphones(_ worn: AccessoryDesign, on stage: Stage) {
        arc(width: 0.16, color: worn.color.shaded(0.5), on: stage)
        for side in [-1.0, 1.0] {
            stage.paint(Path(ellipse: Point(side * 1.12, 0.05), 0.22, 0.36), on: .sheet(0.1), worn.color)
            stage.paint(Path(ellipse: Point(side * 1.16, 0.05), 0.1, 0.2), on: .sheet(0.1), worn.trim)
        }
    }

    private func goggles(_ worn: AccessoryDesign, on stage: Stage) {
        arc(width: 0.14, color: Color(0.35, 0.24, 0.18), on: stage)
        for side in [-1.0, 1.0] {
            stage.paint(Path(ellipse: Point(side * 0.36, -0.88), 0.32, 0.25), on: .hair, worn.trim)
            stage.paint(Path(ellipse: Point(side * 0.36, -0.88), 0.23, 0.17), on: .hair, worn.color)
            let gleam = Path(ellipse: Point(side * 0.36 - 0.08, -0.94), 0.08, 0.04, turned: -0.5)
            stage.canvas.fill(stage.placed(gleam, on: .hair), Color.white.opacity(0.8))
        }
    }
}

/// A ring of light above the head, behind everything worn.
struct HaloLayer: Layer {
    func paint(on stage: Stage) {
        guard stage.design.accessories.headwear == .halo else { return }
        let ring = stage.placed(Path(ellipse: Point(0, -1.5), 0.75, 0.2), on: .sheet(-0.1))
        stage.canvas.stroke(ring, Color(1, 0.85, 0.35), width: 0.12)
        stage.canvas.stroke(ring, Color(1, 0.97, 0.8), width: 0.05)
    }
}
