import Randomness

/// The mass of hair behind head and neck.
struct BackHairLayer: Layer {
    private static let behind = Projection.Surface.sheet(-0.3)

    func paint(on stage: Stage) {
        let path = stage.placed(Self.outline(stage), on: Self.behind)
        stage.paint(path, HairPaint(stage: stage).behind, line: stage.palette.hair)
        // Light from behind the neck is weakest: a darker core gives the head its depth.
        guard stage.style.shading != .flat else { return }
        stage.canvas.clipped(to: path) {
            let core = Path(ellipse: Point(0, 0.7), 0.72, 1.0)
            stage.canvas.fill(stage.placed(core, on: Self.behind), stage.palette.hair.shaded(0.75).opacity(0.5))
        }
    }

    /// Down the left side to the ends, across, and up the right.
    private static func outline(_ stage: Stage) -> Path {
        let hair = stage.design.hair
        let wind = stage.depiction.pose.wind
        let volume = hair.volume
        var random = SplitMix64(seed: hair.grain, 2)
        let (reach, spread) = extent(hair)
        let ends = hair.back == .spiky ? 7 : hair.back == .bob ? 4 : 6
        let cut = hair.back == .spiky ? 0.35 : 0.08 + 0.12 * hair.jaggedness
        var path = Path(from: Point(0, -1.22 * volume))
        path.curve(Point(-1.0 * volume, -1.22), Point(-1.2 * volume, -0.5), to: Point(-1.12 * volume, 0.1))
        let corner = Point(-spread + wind, reach)
        let wave = hair.back == .wavy ? 0.28 : 0.05
        path.curve(Point(-1.12 * volume - wave, reach * 0.45), Point(-spread + wave * 0.7, reach * 0.7), to: corner)
        for index in 0..<ends {
            let start = -spread + 2 * spread * Double(index) / Double(ends)
            let stop = -spread + 2 * spread * Double(index + 1) / Double(ends)
            let outward = hair.back == .spiky ? 0.5 * (start + stop) / 2 : 0
            let tip = Point((start + stop) / 2 + outward * 0.4 + wind * 1.3, reach + cut * random.uniform(0.6, 1.3))
            let next = Point(stop + wind, index == ends - 1 ? reach : reach - cut * 0.4)
            path.curve(Point(start + wind, reach + cut * 0.5), to: tip)
            path.curve(Point(stop + wind, reach + cut * 0.5), to: next)
        }
        path.curve(
            Point(spread - wave * 0.7, reach * 0.7), Point(1.12 * volume + wave, reach * 0.45),
            to: Point(1.12 * volume, 0.1))
        path.curve(Point(1.2 * volume, -0.5), Point(1.0 * volume, -1.22), to: Point(0, -1.22 * volume))
        path.close()
        return path
    }

    /// How far down the hair reaches and how wide it is there.
    private static func extent(_ hair: HairDesign) -> (reach: Double, spread: Double) {
        // Hair that is tied up leaves the neck free.
        switch hair.tied {
        case .twinTails, .ponytail, .sideTail, .buns, .drills: return (0.45, 0.85)
        case .lowTwinTails, .braids: return (0.75, 0.9)
        case .none, .halfUp: break
        }
        switch hair.back {
        case .short: return (0.5, 0.88)
        case .spiky: return (0.6, 1.15)
        case .bob: return (0.88, 1.08)
        case .medium: return (1.35, 1.1)
        case .long: return (2.9, 1.3)
        case .wavy: return (2.3, 1.5)
        }
    }
}
