/// Neck, shoulders and the clothes on them.
struct BodyLayer: Layer {
    private static let behind = Projection.Surface.sheet(-0.05)

    func paint(on stage: Stage) {
        let outfit = stage.design.outfit
        var neck = Path(from: Point(-0.28, 0.6))
        neck.curve(Point(-0.24, 1.05), Point(-0.3, 1.2), to: Point(-0.5, 1.32))
        neck.line(to: Point(0.5, 1.32))
        neck.curve(Point(0.3, 1.2), Point(0.24, 1.05), to: Point(0.28, 0.6))
        stage.paint(neck, on: Self.behind, stage.palette.skin)
        let shade = Path(ellipse: Point(0, 0.92), 0.32, 0.26)
        stage.canvas.clipped(to: stage.placed(neck, on: Self.behind)) {
            stage.canvas.fill(stage.placed(shade, on: .sheet(0.15)), stage.palette.skinShadow)
        }
        let low = outfit.cut == .dress
        stage.paint(Self.torso(top: low ? 1.55 : 1.22, width: low ? 0.75 : 0.34), on: Self.behind, outfit.color)
        if low {
            stage.paint(Self.torso(top: 1.22, width: 0.34), on: Self.behind, stage.palette.skin)
            stage.paint(Self.torso(top: 1.62, width: 0.7), on: Self.behind, outfit.color)
        }
        collar(outfit, on: stage)
        if outfit.choker {
            let band = Path(polygon: [Point(-0.26, 1.0), Point(0.26, 1.0), Point(0.27, 1.1), Point(-0.27, 1.1)])
            stage.paint(band, on: Self.behind, Color(0.13, 0.12, 0.15))
            stage.canvas.fill(stage.placed(Path(ellipse: Point(0, 1.1), 0.06, 0.06), on: Self.behind), outfit.accent)
        }
    }

    /// The trunk from the collar down, cut off by the picture's edge.
    private static func torso(top: Double, width: Double) -> Path {
        var path = Path(from: Point(-width, top))
        path.curve(Point(-0.7, top + 0.12), Point(-1.25, 1.4), to: Point(-1.4, 2.1))
        path.line(to: Point(-1.5, 4))
        path.line(to: Point(1.5, 4))
        path.line(to: Point(1.4, 2.1))
        path.curve(Point(1.25, 1.4), Point(0.7, top + 0.12), to: Point(width, top))
        path.curve(Point(0, top + 0.14), to: Point(-width, top))
        path.close()
        return path
    }

    private func collar(_ outfit: OutfitDesign, on stage: Stage) {
        func both(_ points: [Point], _ color: Color) {
            let path = Path(polygon: points)
            stage.paint(path, on: Self.behind, color)
            stage.paint(path.mirrored, on: Self.behind, color)
        }
        func single(_ path: Path, _ color: Color) { stage.paint(path, on: Self.behind, color) }
        switch outfit.cut {
        case .sailor:
            both(
                [Point(-0.34, 1.16), Point(-1.0, 1.5), Point(-0.95, 1.85), Point(0, 1.9), Point(-0.2, 1.5)], outfit.trim
            )
            single(Bow.path(center: Point(0, 1.82), size: 0.4), outfit.accent)
        case .shirtTie:
            both([Point(-0.3, 1.1), Point(-0.52, 1.38), Point(-0.22, 1.62), Point(0, 1.3)], Color(0.97, 0.97, 0.98))
            single(
                Path(polygon: [Point(-0.1, 1.3), Point(0.1, 1.3), Point(0.16, 2.6), Point(-0.16, 2.6)]), outfit.accent)
        case .shirtBow:
            both([Point(-0.3, 1.1), Point(-0.52, 1.38), Point(-0.22, 1.62), Point(0, 1.3)], Color(0.97, 0.97, 0.98))
            single(Bow.path(center: Point(0, 1.42), size: 0.38), outfit.accent)
        case .hoodie:
            both(
                [Point(-0.28, 1.08), Point(-0.95, 1.2), Point(-0.85, 1.6), Point(0, 1.75), Point(-0.12, 1.45)],
                outfit.color.shaded(0.25))
            both([Point(-0.25, 1.6), Point(-0.2, 1.6), Point(-0.2, 2.2), Point(-0.25, 2.2)], outfit.trim)
        case .turtleneck:
            single(
                Path(polygon: [Point(-0.3, 0.98), Point(0.3, 0.98), Point(0.38, 1.35), Point(-0.38, 1.35)]),
                outfit.color.shaded(0.12))
        case .kimono:
            both([Point(-0.32, 1.08), Point(-0.55, 1.15), Point(0.1, 2.1), Point(0.25, 1.9)], outfit.trim)
        case .dress:
            both([Point(-0.55, 1.2), Point(-0.45, 1.2), Point(-0.4, 1.7), Point(-0.55, 1.7)], outfit.trim)
        case .armor:
            both([Point(-0.36, 1.2), Point(-1.2, 1.35), Point(-1.45, 1.9), Point(-0.6, 1.75)], Color(0.74, 0.77, 0.83))
            single(Path(star: Point(0, 1.65), radius: 0.2, tips: 4, waist: 0.4), outfit.accent)
        case .cape:
            both(
                [Point(-0.32, 1.1), Point(-1.2, 1.3), Point(-1.5, 2.6), Point(-0.3, 2.6), Point(-0.05, 1.4)],
                outfit.trim)
            single(Path(ellipse: Point(0, 1.42), 0.12, 0.12), outfit.accent)
        }
    }
}
