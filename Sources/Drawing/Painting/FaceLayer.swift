/// Ears, the face's outline, its shading, nose and blush.
struct FaceLayer: Layer {
    func paint(on stage: Stage) {
        let palette = stage.palette
        ears(on: stage)
        let outline = stage.placed(Self.outline(stage.design.face), on: .jaw)
        stage.paint(outline, stage.shadedFill(palette.skin, from: -0.4, to: 1.3, depth: 0.1), line: palette.skin)
        stage.canvas.clipped(to: outline) {
            shadeOfHair(on: stage)
            sideShade(on: stage)
            blush(on: stage)
        }
        nose(on: stage)
    }

    /// From temple to temple by way of the chin, the skull closed above.
    static func outline(_ face: FaceDesign) -> Path {
        let width = face.width
        let chin = face.chin
        let sharp = face.pointedness
        var path = Path(from: Point(-width, -0.3))
        path.curve(Point(-width - 0.02, 0.0), Point(-width, 0.25), to: Point(-width * 0.93, 0.42))
        path.curve(Point(-width * 0.82, 0.68), Point(-0.38 + 0.14 * sharp, chin - 0.04), to: Point(0, chin))
        path.curve(Point(0.38 - 0.14 * sharp, chin - 0.04), Point(width * 0.82, 0.68), to: Point(width * 0.93, 0.42))
        path.curve(Point(width, 0.25), Point(width + 0.02, 0.0), to: Point(width, -0.3))
        path.curve(Point(width, -1.1), Point(-width, -1.1), to: Point(-width, -0.3))
        path.close()
        return path
    }

    private func ears(on stage: Stage) {
        let face = stage.design.face
        // Animal ears replace human ones.
        guard stage.design.accessories.ears == .none else { return }
        var ear = Path(from: Point(face.width - 0.06, 0.05))
        if face.pointedEars {
            ear.curve(Point(face.width + 0.2, 0.05), to: Point(face.width + 0.52, -0.28))
            ear.curve(Point(face.width + 0.3, 0.35), to: Point(face.width - 0.08, 0.45))
        } else {
            ear.curve(Point(face.width + 0.2, -0.12), Point(face.width + 0.2, 0.38), to: Point(face.width - 0.08, 0.45))
        }
        ear.close()
        for path in [ear, ear.mirrored] {
            stage.paint(path, on: .sheet(-0.05), stage.palette.skin)
            stage.canvas.fill(
                stage.placed(path, on: .sheet(-0.05)).map { $0 }, stage.palette.skinShadow.opacity(0.35))
        }
        earrings(at: face.width + 0.06, on: stage)
    }

    private func earrings(at x: Double, on stage: Stage) {
        let accessories = stage.design.accessories
        for side in [-1.0, 1.0] {
            let center = Point(side * x, 0.6)
            switch accessories.earring {
            case .none: break
            case .drop:
                stage.paint(Path(ellipse: center + Point(0, 0.06), 0.07, 0.15), on: .sheet(0), accessories.color)
            case .star:
                stage.paint(Path(star: center, radius: 0.14, tips: 5, waist: 0.5), on: .sheet(0), accessories.color)
            case .hoop:
                stage.canvas.stroke(
                    stage.placed(Path(ellipse: center, 0.1, 0.13), on: .sheet(0)), Color(0.9, 0.72, 0.25), width: 0.045)
            }
        }
    }

    private func shadeOfHair(on stage: Stage) {
        guard stage.style.shading != .flat else { return }
        let bangs = stage.placed(
            HairShapes.bangs(stage).moved(by: Point(0.03 * stage.depiction.light.side, 0.1)), on: .hair)
        stage.canvas.fill(bangs, stage.palette.skinShadow.opacity(0.75))
    }

    private func sideShade(on stage: Stage) {
        let dark = -stage.depiction.light.side
        let face = stage.design.face
        switch stage.style.shading {
        case .flat: break
        case .cel:
            var path = Path(from: Point(dark * 1.3, -0.6))
            path.curve(
                Point(dark * (face.width - 0.16), 0.2), Point(dark * 0.7, 0.6), to: Point(dark * 0.12, face.chin + 0.1))
            path.line(to: Point(dark * 1.4, 1.3))
            path.close()
            stage.canvas.fill(stage.placed(path, on: .jaw), stage.palette.skinShadow.opacity(0.6))
        case .soft:
            let clear = stage.palette.skinShadow.opacity(0)
            stage.canvas.fill(
                Path(ellipse: .zero, 2, 2),
                .linear(
                    from: Point(-dark * 0.1, 0), to: Point(dark, 0.35),
                    stops: [(0, clear), (1, stage.palette.skinShadow.opacity(0.7))]))
        }
    }

    private func blush(on stage: Stage) {
        let expression = stage.depiction.expression
        guard expression.blush > 0 else { return }
        let pink = Color(0.98, 0.38, 0.4)
        for side in [-1.0, 1.0] {
            let center = stage.placed(Path(from: Point(side * 0.56, 0.52)), on: .face).end
            let stops = [(0.0, pink.opacity(0.5 * expression.blush)), (1.0, pink.opacity(0))]
            stage.canvas.fill(Path(ellipse: center, 0.3, 0.3), .radial(center: center, radius: 0.27, stops: stops))
            guard expression.blushLines else { continue }
            for offset in [-0.09, 0.0, 0.09] {
                var line = Path(from: center + Point(offset + 0.03, -0.05))
                line.line(to: center + Point(offset - 0.03, 0.05))
                stage.canvas.stroke(line, pink.shaded(0.25).opacity(0.8), width: 0.02)
            }
        }
    }

    private func nose(on stage: Stage) {
        let color = stage.palette.skinShadow.shaded(0.3)
        let dark = -stage.depiction.light.side
        switch stage.style.nose {
        case .dot: stage.canvas.fill(stage.placed(Path(ellipse: Point(0, 0.5), 0.025, 0.018), on: .face), color)
        case .line:
            let stroke = Path(
                stroke: Point(0.015 * dark, 0.44), Point(0.06 * dark, 0.52), Point(-0.02 * dark, 0.53), width: 0.02)
            stage.canvas.fill(stage.placed(stroke, on: .face), color)
        case .shadow:
            let wedge = Path(polygon: [Point(0, 0.43), Point(0.05 * dark, 0.53), Point(-0.02 * dark, 0.53)])
            stage.canvas.fill(stage.placed(wedge, on: .face), stage.palette.skinShadow)
        }
    }
}
