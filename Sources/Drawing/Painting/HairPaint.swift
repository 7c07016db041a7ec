/// Colors for areas of hair, with dyed tips, streaks and halves.
struct HairPaint {
    let stage: Stage

    private var coloring: HairDesign.Coloring { stage.design.hair.coloring }
    private var base: Color { stage.palette.hair }
    private var accent: Color { stage.palette.hairAccent }

    /// The cap and the bangs.
    var front: Paint {
        if coloring == .split { return halves(base, accent) }
        return stage.shadedFill(base, from: -1.3, to: 0.4, depth: 0.22)
    }

    /// Hair behind the head and neck, in the head's shade.
    var behind: Paint {
        let shade = stage.style.shading == .flat ? 0.12 : 0.3
        switch coloring {
        case .inner: return .solid(accent.shaded(shade * 0.6))
        case .split: return halves(base.shaded(shade), accent.shaded(shade))
        case .tips: return tipped(base.shaded(shade), accent, from: 0.3, to: 1.5)
        case .plain, .streak: return .solid(base.shaded(shade))
        }
    }

    /// Locks and tails that hang from `top` to `bottom` on one side (-1, 1) of the picture.
    func hanging(side: Double, from top: Double, to bottom: Double) -> Paint {
        let color = coloring == .split && side > 0 ? accent : base
        if coloring == .tips { return tipped(color, accent, from: top + (bottom - top) * 0.45, to: bottom) }
        return stage.shadedFill(color, from: top, to: bottom, depth: 0.22)
    }

    private func tipped(_ root: Color, _ tip: Color, from top: Double, to bottom: Double) -> Paint {
        .linear(from: Point(0, top), to: Point(0, bottom), stops: [(0, root), (1, tip)])
    }

    private func halves(_ left: Color, _ right: Color) -> Paint {
        let middle = stage.placed(Path(from: HairShapes.crown(stage.design.hair)), on: .hair).end.x
        return .linear(
            from: Point(middle - 0.01, 0), to: Point(middle + 0.01, 0), stops: [(0, left), (1, right)])
    }
}
