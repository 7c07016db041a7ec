import Randomness

/// Headwear, ears and horns of a character.
struct AccessoryDesign: Sendable, Equatable {
    enum Ears: Sendable, Equatable { case none, cat, fox, rabbit, bear }
    enum Horns: Sendable, Equatable { case none, small, curved, antlers }
    enum Headwear: Sendable, Equatable {
        case none, band, sideRibbon, twinRibbons, bigBow, beret, witchHat, flowerCrown, crown, headphones, halo, goggles
    }
    enum Clip: Sendable, Equatable { case none, bar, cross, star, flower, moon, feather }
    enum Glasses: Sendable, Equatable { case none, round, square, half, eyepatch }
    enum Earring: Sendable, Equatable { case none, drop, hoop, star }

    let ears: Ears
    let horns: Horns
    let headwear: Headwear
    let clip: Clip
    let glasses: Glasses
    let earring: Earring
    /// Main and second color of whatever is worn.
    let color: Color
    let trim: Color
    /// The side that single things are worn on: 1 right in the picture, -1 left.
    let side: Double

    init(random: inout SplitMix64) {
        ears = random.pick(weighted: [(.none, 10), (.cat, 1.2), (.fox, 1), (.rabbit, 0.8), (.bear, 0.6)])
        horns =
            ears == .none
            ? random.pick(weighted: [(.none, 10), (.small, 0.8), (.curved, 0.9), (.antlers, 0.5)]) : .none
        let free = ears == .none && horns == .none
        let worn: [(Headwear, Double)] = [
            (.none, free ? 5 : 8), (.band, 1.4), (.sideRibbon, 1.5), (.twinRibbons, 1.2), (.bigBow, 1),
            (.beret, free ? 0.9 : 0),
            (.witchHat, free ? 0.7 : 0), (.flowerCrown, 0.8), (.crown, free ? 0.7 : 0), (.headphones, free ? 0.9 : 0),
            (.halo, 0.6), (.goggles, free ? 0.6 : 0),
        ]
        headwear = random.pick(weighted: worn)
        clip = random.pick(weighted: [
            (.none, 5), (.bar, 1.2), (.cross, 1), (.star, 1), (.flower, 1.2), (.moon, 0.7), (.feather, 0.7),
        ])
        glasses = random.pick(weighted: [(.none, 10), (.round, 1.1), (.square, 1.1), (.half, 0.8), (.eyepatch, 0.6)])
        earring = random.pick(weighted: [(.none, 6), (.drop, 1), (.hoop, 0.8), (.star, 0.8)])
        let hue = random.uniform(0, 360)
        color = Color(hue: hue, saturation: random.uniform(0.55, 0.9), lightness: random.uniform(0.35, 0.62))
        trim = random.pick([
            Color(0.98, 0.96, 0.92), Color(0.96, 0.78, 0.25), Color(0.16, 0.15, 0.22),
            Color(hue: hue + 150, saturation: 0.6, lightness: 0.6),
        ])
        side = random.chance(0.5) ? 1 : -1
    }
}
