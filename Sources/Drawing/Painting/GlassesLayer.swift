/// Glasses, or a patch over one eye.
struct GlassesLayer: Layer {
    func paint(on stage: Stage) {
        let accessories = stage.design.accessories
        guard accessories.glasses != .none else { return }
        let face = stage.design.face
        let frame = accessories.color.shaded(0.5)
        let level = face.eyeLevel + 0.03
        if accessories.glasses == .eyepatch {
            patch(at: Point(accessories.side * face.eyeDistance, level), on: stage)
            return
        }
        for side in [-1.0, 1.0] {
            let center = Point(side * face.eyeDistance, level)
            let lens = lens(accessories.glasses, center)
            let placed = stage.placed(lens, on: .face)
            stage.canvas.fill(placed, Color(0.9, 0.95, 1, 0.14))
            stage.canvas.stroke(placed, frame, width: 0.04)
            var temple = Path(from: center + Point(side * 0.33, -0.08))
            temple.line(to: Point(side * (face.width + 0.02), level - 0.12))
            stage.canvas.stroke(stage.placed(temple, on: .face), frame, width: 0.035)
        }
        var bridge = Path(from: Point(-face.eyeDistance + 0.33, level))
        bridge.curve(Point(0, level - 0.08), to: Point(face.eyeDistance - 0.33, level))
        stage.canvas.stroke(stage.placed(bridge, on: .face), frame, width: 0.035)
    }

    private func lens(_ kind: AccessoryDesign.Glasses, _ center: Point) -> Path {
        switch kind {
        case .round: return Path(ellipse: center, 0.33, 0.31)
        case .half:
            var path = Path(from: center + Point(-0.33, 0.02))
            path.curve(center + Point(-0.33, 0.36), center + Point(0.33, 0.36), to: center + Point(0.33, 0.02))
            return path
        default:
            let corners = [Point(-0.33, -0.2), Point(0.33, -0.2), Point(0.3, 0.25), Point(-0.3, 0.25)]
            return Path(polygon: corners.map { center + $0 })
        }
    }

    private func patch(at center: Point, on stage: Stage) {
        let black = Color(0.14, 0.13, 0.17)
        var strap = Path(from: center + Point(-0.75, -0.55))
        strap.line(to: center + Point(0.75, 0.1))
        stage.canvas.stroke(stage.placed(strap, on: .face), black, width: 0.05)
        var path = Path(from: center + Point(-0.33, -0.26))
        path.line(to: center + Point(0.33, -0.26))
        path.curve(center + Point(0.36, 0.3), center + Point(0.05, 0.42), to: center + Point(0, 0.42))
        path.curve(center + Point(-0.05, 0.42), center + Point(-0.36, 0.3), to: center + Point(-0.33, -0.26))
        path.close()
        stage.paint(path, on: .face, black)
    }
}
