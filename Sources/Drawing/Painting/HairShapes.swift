import Randomness

/// The outlines of the front hair, shared by the hair itself and by the shadow it throws.
enum HairShapes {
    /// Where strands run together on top of the head.
    static func crown(_ hair: HairDesign) -> Point { Point(hair.parting * 0.5, -1.12 * hair.volume) }

    /// The cap of hair on the skull with the bangs as its lower edge, in the frontal drawing.
    static func bangs(_ stage: Stage) -> Path {
        let hair = stage.design.hair
        let volume = hair.volume
        var path = lowerEdge(stage)
        path.curve(Point(1.14 * volume, -0.05), Point(1.18 * volume, -0.4), to: Point(1.04 * volume, -0.72))
        path.curve(Point(0.88 * volume, -1.1), Point(0.5, -1.3 * volume), to: Point(0, -1.31 * volume))
        path.curve(Point(-0.5, -1.3 * volume), Point(-0.88 * volume, -1.1), to: Point(-1.04 * volume, -0.72))
        path.curve(Point(-1.18 * volume, -0.4), Point(-1.14 * volume, -0.05), to: Point(-1.05, 0.2))
        path.close()
        return path
    }

    /// From the left temple, lock by lock, to the right one.
    private static func lowerEdge(_ stage: Stage) -> Path {
        let locks = locks(stage)
        var path = Path(from: Point(-1.05, 0.2))
        path.line(to: locks.valleys[0])
        for (index, tip) in locks.tips.enumerated() {
            let before = locks.valleys[index]
            let after = locks.valleys[index + 1]
            let lean = (tip.x - (before.x + after.x) / 2) * 0.5
            path.curve(before + Point(-lean * 0.4, (tip.y - before.y) * 0.5), tip + Point(-lean, -0.12), to: tip)
            path.curve(tip + Point(-lean * 0.6, -0.14), after + Point(-lean * 0.2, (tip.y - after.y) * 0.45), to: after)
        }
        path.line(to: Point(1.05, 0.2))
        return path
    }

    /// Tips of the locks and the valleys between them; one more valley than tips.
    static func locks(_ stage: Stage) -> (valleys: [Point], tips: [Point]) {
        let hair = stage.design.hair
        var shape = SplitMix64(seed: hair.grain, 1)
        var hand = SplitMix64(seed: stage.depiction.grain, 2)
        let count = lockCount(hair.bangs)
        var valleys: [Point] = []
        var tips: [Point] = []
        for index in 0...count {
            let x = -0.97 + 1.94 * Double(index) / Double(count)
            let edge = index == 0 || index == count
            let wobble = edge ? 0 : shape.near(0, 0.06)
            valleys.append(Point(x + wobble, length(hair, at: x) - depth(hair, at: x) * (edge ? 0.2 : 1)))
        }
        for index in 0..<count {
            let middle = (valleys[index].x + valleys[index + 1].x) / 2
            let sway = lean(hair, at: middle) + stage.depiction.pose.wind * 0.6
            let reach = length(hair, at: middle) + shape.near(0, 0.07 * hair.jaggedness) + hand.near(0, 0.04)
            tips.append(Point(middle + sway + shape.near(0, 0.04), reach + hair.bangsLength))
        }
        return (valleys, tips)
    }

    private static func lockCount(_ bangs: HairDesign.Bangs) -> Int {
        switch bangs {
        case .blunt: 8
        case .choppy: 7
        case .sweptLeft, .sweptRight: 6
        case .parted, .sideParted, .middleLock: 6
        case .overEye: 5
        case .swoop: 4
        case .forehead: 6
        }
    }

    /// How far down the bangs reach at `x`.
    private static func length(_ hair: HairDesign, at x: Double) -> Double {
        let parting = hair.parting
        switch hair.bangs {
        case .blunt: return 0.02 + 0.1 * x * x
        case .choppy: return -0.04 + 0.3 * x * x
        case .sweptLeft: return -0.12 - 0.22 * x + 0.3 * x * x
        case .sweptRight: return -0.12 + 0.22 * x + 0.3 * x * x
        case .parted: return -0.62 + 0.95 * min(abs(x) * 1.25, 1)
        case .sideParted: return -0.55 + 0.85 * min(abs(x - parting) * 1.1, 1)
        case .middleLock: return abs(x) < 0.2 ? 0.22 : -0.3 + 0.62 * x * x
        case .overEye: return (x * (parting < 0 ? -1 : 1) > 0.1 ? 0.42 : -0.2) + 0.1 * x * x
        case .swoop: return -0.25 + (parting < 0 ? 0.32 : -0.32) * x + 0.25 * x * x
        case .forehead: return -0.62 + 0.75 * x * x
        }
    }

    /// Depth of the cuts between the locks at `x`.
    private static func depth(_ hair: HairDesign, at x: Double) -> Double {
        switch hair.bangs {
        case .blunt: 0.05 + 0.05 * hair.jaggedness
        case .forehead: 0.06
        case .parted, .sideParted: 0.1 + 0.14 * hair.jaggedness
        default: 0.18 + 0.22 * hair.jaggedness
        }
    }

    /// How far sideways the tips of the locks are combed at `x`.
    private static func lean(_ hair: HairDesign, at x: Double) -> Double {
        switch hair.bangs {
        case .sweptLeft: -0.16
        case .sweptRight: 0.16
        case .parted: x < 0 ? -0.1 : 0.1
        case .sideParted: x < hair.parting ? -0.14 : 0.14
        case .overEye: hair.parting < 0 ? -0.08 : 0.08
        case .swoop: hair.parting < 0 ? 0.24 : -0.24
        case .forehead: 0
        default: 0.07 * (x > 0 ? -1 : 1)
        }
    }
}
