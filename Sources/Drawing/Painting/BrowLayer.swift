/// Eyebrows, drawn over the bangs as the genre does.
struct BrowLayer: Layer {
    func paint(on stage: Stage) {
        let face = stage.design.face
        let brows = stage.depiction.expression.brows
        // Lift of the inner and the outer end.
        let (inner, outer): (Double, Double)
        switch brows {
        case .calm: (inner, outer) = (0, 0)
        case .raised: (inner, outer) = (-0.07, -0.06)
        case .angry: (inner, outer) = (0.1, -0.05)
        case .worried: (inner, outer) = (-0.09, 0.05)
        }
        let level = face.eyeLevel - stage.design.eyes.height * stage.depiction.pose.eyeScale - 0.19
        let hair = stage.palette.hair
        let color = hair.luminance > 0.6 ? hair.shaded(0.5) : hair.shaded(0.7)
        for side in [-1.0, 1.0] {
            let start = Point(side * 0.2, level + 0.02 + inner)
            let stop = Point(side * 0.68, level + 0.04 + outer)
            let arch = start.toward(stop, 0.55) + Point(0, -0.08)
            let brow = Path(stroke: start, arch, stop, width: face.browThickness, peak: 0.35)
            stage.canvas.fill(stage.placed(brow, on: .face), color.opacity(0.85))
        }
    }
}
