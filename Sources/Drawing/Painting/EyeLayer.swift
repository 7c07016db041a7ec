import Foundation

/// Both eyes: white, iris, lids and lashes, open or closed.
struct EyeLayer: Layer {
    func paint(on stage: Stage) {
        paintEye(stage, side: -1, state: stage.depiction.expression.left, color: stage.palette.leftEye)
        paintEye(stage, side: 1, state: stage.depiction.expression.right, color: stage.palette.rightEye)
    }

    private func paintEye(_ stage: Stage, side: Double, state: Expression.Eyes, color: Color) {
        let shape = EyeShape(stage: stage, side: side, state: state)
        switch state {
        case .happy: closed(shape, bow: -0.2, on: stage)
        case .shut: closed(shape, bow: 0.16, on: stage)
        case .open, .wide, .half:
            let white = stage.placed(shape.opening, on: .face)
            stage.canvas.fill(white, Color(0.99, 0.98, 0.99).mixed(with: stage.palette.skinShadow, 0.04))
            stage.canvas.clipped(to: white) {
                Iris(shape: shape, color: color).paint(on: stage)
                let shade = stage.placed(shape.opening.moved(by: Point(0, -shape.height * 1.62)), on: .face)
                stage.canvas.fill(shade, Color(0.3, 0.25, 0.4, 0.3))
            }
            Iris(shape: shape, color: color).paintHighlights(on: stage)
            lids(shape, on: stage)
        }
    }

    private func lashColor(_ stage: Stage) -> Color {
        let hair = stage.palette.hair.shaded(0.85)
        return stage.style.inking == .dark ? stage.style.lineColor : hair.mixed(with: Color(0.15, 0.08, 0.1), 0.6)
    }

    /// The arc of a closed eye: `bow` negative arches up (laughing), positive hangs down (asleep).
    private func closed(_ shape: EyeShape, bow: Double, on stage: Stage) {
        let inner = shape.at(-1, 0.15)
        let outer = shape.at(1.05, 0.15)
        let middle = shape.at(0, 0.15) + Point(0, bow * 1.5)
        let width = stage.design.eyes.lid * 1.1
        let arc = Path(stroke: inner, middle, outer, width: width)
        stage.canvas.fill(stage.placed(arc, on: .face), lashColor(stage))
        for index in 0..<min(stage.design.eyes.lashes, 2) {
            let root = inner.toward(outer, 0.82 + 0.13 * Double(index)) + Point(0, bow * 0.25)
            let tip = root + Point(shape.side * 0.09, bow > 0 ? 0.07 : -0.05)
            stage.canvas.fill(
                stage.placed(Path(stroke: root, root.toward(tip, 0.5), tip, width: 0.035), on: .face), lashColor(stage))
        }
    }

    private func lids(_ shape: EyeShape, on stage: Stage) {
        let eyes = stage.design.eyes
        let ink = lashColor(stage)
        stage.canvas.fill(stage.placed(shape.upperLid(thickness: eyes.lid), on: .face), ink)
        for index in 0..<eyes.lashes {
            let t = 0.7 + 0.16 * Double(index)
            let root = shape.upper(t)
            let tip = root + Point(shape.side * 0.1, -0.08 + 0.045 * Double(index))
            let lash = Path(stroke: root, root.toward(tip, 0.5) + Point(0, 0.02), tip, width: 0.045)
            stage.canvas.fill(stage.placed(lash, on: .face), ink)
        }
        let from = eyes.lowerLashes ? -0.3 : 0.2
        let lower = Path(
            stroke: shape.lower(from), shape.lower((from + 1) / 2) + Point(0, 0.012), shape.lower(0.95), width: 0.02)
        stage.canvas.fill(stage.placed(lower, on: .face), ink.opacity(0.8))
        var crease = Path(from: shape.upper(-0.55) + Point(0, -0.09))
        crease.curve(shape.upper(0.2) + Point(0, -0.13), to: shape.upper(0.85) + Point(0, -0.1))
        stage.canvas.stroke(stage.placed(crease, on: .face), stage.palette.skinShadow.shaded(0.35), width: 0.016)
    }
}
