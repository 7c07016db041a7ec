import Randomness

/// Color, cut and tying of the hair.
struct HairDesign: Sendable, Equatable {
    enum Coloring: Sendable, Equatable { case plain, tips, inner, streak, split }
    enum Bangs: Sendable, CaseIterable, Equatable {
        case blunt, choppy, sweptLeft, sweptRight, parted, sideParted, middleLock, overEye, swoop, forehead
    }
    enum Sides: Sendable, CaseIterable, Equatable { case none, short, long, princess, curled }
    enum Back: Sendable, CaseIterable, Equatable { case short, spiky, bob, medium, long, wavy }
    enum Tied: Sendable, CaseIterable, Equatable {
        case none, twinTails, lowTwinTails, ponytail, sideTail, buns, braids, drills, halfUp
    }
    enum Ahoge: Sendable, CaseIterable, Equatable { case none, hook, pair, heart, leaf }

    let color: Color
    let accent: Color
    let coloring: Coloring
    let bangs: Bangs
    let sides: Sides
    let back: Back
    let tied: Tied
    let ahoge: Ahoge
    /// Where the parting or the longest lock lies, -1…1.
    let parting: Double
    /// How far the hair stands off the skull.
    let volume: Double
    /// Depth of the cuts between locks, 0…1.
    let jaggedness: Double
    /// How far the bangs reach down, added to the cut's own length.
    let bangsLength: Double
    /// Seeds the irregularities of the locks, the same in each picture.
    let grain: UInt64

    init(random: inout SplitMix64) {
        color = Self.naturalOrNot(&random)
        coloring = random.pick(weighted: [(.plain, 6), (.tips, 1.2), (.inner, 1.2), (.streak, 1), (.split, 0.6)])
        let candidate = Self.naturalOrNot(&random)
        // An accent that hardly differs from the hair would not be seen.
        let distinct = abs(candidate.luminance - color.luminance) > 0.18
        accent = distinct ? candidate : (color.luminance > 0.5 ? color.shaded(0.75) : color.lightened(0.6))
        bangs = random.pick(Bangs.allCases)
        sides = random.pick(weighted: [(.none, 2), (.short, 3), (.long, 3), (.princess, 1.5), (.curled, 1)])
        back = random.pick(weighted: [(.short, 2), (.spiky, 1.5), (.bob, 2.5), (.medium, 2.5), (.long, 3), (.wavy, 2)])
        tied = random.pick(weighted: [
            (.none, 6), (.twinTails, 1.6), (.lowTwinTails, 1), (.ponytail, 1.2), (.sideTail, 1), (.buns, 1),
            (.braids, 1),
            (.drills, 0.8), (.halfUp, 0.8),
        ])
        ahoge = random.pick(weighted: [(.none, 5), (.hook, 2), (.pair, 1), (.heart, 0.5), (.leaf, 1)])
        parting = random.uniform(-0.45, 0.45)
        volume = random.uniform(1.0, 1.12)
        jaggedness = random.uniform(0.2, 1)
        bangsLength = random.uniform(-0.08, 0.1)
        grain = random.next()
    }

    private static func naturalOrNot(_ random: inout SplitMix64) -> Color {
        // Hue, saturation, lightness: the usual colors of the genre, each then varied a little.
        let tones: [((Double, Double, Double), Double)] = [
            ((235, 0.18, 0.2), 1.4), ((20, 0.35, 0.25), 1.2), ((24, 0.42, 0.4), 1.3), ((14, 0.5, 0.34), 0.8),
            ((44, 0.8, 0.68), 1.6),
            ((48, 0.55, 0.83), 1), ((220, 0.15, 0.8), 1.2), ((250, 0.12, 0.93), 0.8), ((4, 0.68, 0.46), 1),
            ((24, 0.85, 0.57), 1),
            ((343, 0.75, 0.78), 1.3), ((328, 0.65, 0.6), 0.8), ((275, 0.42, 0.5), 1), ((262, 0.5, 0.77), 0.8),
            ((217, 0.62, 0.52), 1.1),
            ((228, 0.45, 0.3), 0.9), ((198, 0.65, 0.72), 1.1), ((177, 0.55, 0.52), 0.9), ((130, 0.4, 0.42), 0.6),
            ((152, 0.5, 0.76), 0.7),
        ]
        let (hue, saturation, lightness) = random.pick(weighted: tones)
        return Color(
            hue: random.near(hue, 8) + 360, saturation: min(random.near(saturation, 0.08), 1),
            lightness: min(random.near(lightness, 0.04), 0.95))
    }
}
