import Randomness

/// The cap of hair with the bangs: strands, streak, shade and the bright band.
struct FrontHairLayer: Layer {
    func paint(on stage: Stage) {
        let outline = stage.placed(HairShapes.bangs(stage), on: .hair)
        stage.canvas.fill(outline, HairPaint(stage: stage).front)
        stage.canvas.clipped(to: outline) {
            streak(on: stage)
            shade(on: stage)
            strands(on: stage)
            shine(on: stage)
        }
        stage.outline(outline, stage.palette.hair)
    }

    private func streak(on stage: Stage) {
        guard stage.design.hair.coloring == .streak else { return }
        let (valleys, tips) = HairShapes.locks(stage)
        let index = stage.design.hair.parting > 0 ? tips.count - 2 : 1
        var lock = Path(from: HairShapes.crown(stage.design.hair))
        lock.curve(valleys[index] + Point(-0.1, -0.5), valleys[index], to: tips[index] + Point(-0.1, 0.1))
        lock.line(to: tips[index] + Point(0.1, 0.1))
        lock.curve(valleys[index + 1], valleys[index + 1] + Point(0.05, -0.5), to: HairShapes.crown(stage.design.hair))
        stage.canvas.fill(stage.placed(lock, on: .hair), stage.palette.hairAccent)
    }

    private func shade(on stage: Stage) {
        let dark = -stage.depiction.light.side
        let color = stage.palette.hair.shaded(0.55)
        switch stage.style.shading {
        case .flat: break
        case .cel:
            var path = Path(from: Point(dark * 0.62, -1.5))
            path.curve(Point(dark * 0.95, -0.8), Point(dark * 0.9, -0.4), to: Point(dark * 0.72, 0.4))
            path.line(to: Point(dark * 1.5, 0.4))
            path.line(to: Point(dark * 1.5, -1.5))
            path.close()
            stage.canvas.fill(stage.placed(path, on: .hair), color.opacity(0.45))
        case .soft:
            stage.canvas.fill(
                Path(ellipse: .zero, 2.5, 2.5),
                .linear(
                    from: .zero, to: Point(dark * 1.2, 0.2), stops: [(0, color.opacity(0)), (1, color.opacity(0.5))]))
        }
    }

    /// Lines from the valleys towards the crown, and a shade inside each lock.
    private func strands(on stage: Stage) {
        let hair = stage.design.hair
        let (valleys, tips) = HairShapes.locks(stage)
        let crown = HairShapes.crown(hair)
        let line = stage.ink(for: stage.palette.hair)
        for (index, valley) in valleys.enumerated() where index > 0 && index < valleys.count - 1 {
            let top = valley.toward(crown, 0.55)
            let bow = Point((valley.x - crown.x) * 0.16, -0.06)
            let strand = Path(
                stroke: valley + Point(0, 0.02), valley.toward(crown, 0.28) + bow, top, width: 0.026, peak: 0.25)
            stage.canvas.fill(stage.placed(strand, on: .hair), line.opacity(stage.style.inking == .none ? 0.35 : 0.85))
        }
        guard stage.style.shading != .flat else { return }
        let shade = stage.palette.hair.shaded(0.45).opacity(0.5)
        for (index, tip) in tips.enumerated() {
            let root = valleys[index + 1]
            var wedge = Path(from: root)
            wedge.curve(root.toward(tip, 0.4) + Point(-0.1, 0), to: tip)
            wedge.curve(tip.toward(root, 0.4) + Point(-0.03, -0.15), to: root.toward(crown, 0.2))
            wedge.close()
            stage.canvas.fill(stage.placed(wedge, on: .hair), shade)
        }
    }

    /// The "angel ring": a band of light across the head with a jagged lower edge.
    private func shine(on stage: Stage) {
        guard stage.style.shine > 0 else { return }
        var random = SplitMix64(seed: stage.depiction.grain, 3)
        let middle = 0.3 * stage.depiction.light.side
        var above: [Point] = []
        var below: [Point] = []
        for step in 0...8 {
            let t = Double(step) / 8
            let x = middle - 0.62 + 1.24 * t
            let y = -0.74 + 0.28 * x * x
            let room = 4 * t * (1 - t)
            above.append(Point(x, y - 0.045 * room))
            below.append(Point(x, y + (step % 2 == 0 ? 0.03 : 0.11 + random.near(0, 0.04)) * room))
        }
        var band = Path(smooth: above, closed: false)
        for point in below.reversed() { band.line(to: point) }
        band.close()
        let bright = stage.palette.hair.lightened(0.62)
        stage.canvas.fill(stage.placed(band, on: .hair), bright.opacity(stage.style.shine))
    }
}
