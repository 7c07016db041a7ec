import Randomness

/// The clothes that show at the neck and shoulders.
struct OutfitDesign: Sendable, Equatable {
    enum Cut: Sendable, CaseIterable, Equatable {
        case sailor, shirtTie, shirtBow, hoodie, turtleneck, kimono, dress, armor, cape
    }

    let cut: Cut
    let color: Color
    let trim: Color
    let accent: Color
    let choker: Bool

    init(random: inout SplitMix64) {
        cut = random.pick(Cut.allCases)
        let hue = random.uniform(0, 360)
        color = random.pick([
            Color(0.96, 0.95, 0.95), Color(0.17, 0.17, 0.22), Color(hue: 222, saturation: 0.4, lightness: 0.28),
            Color(hue: hue, saturation: 0.55, lightness: 0.45), Color(hue: hue, saturation: 0.6, lightness: 0.7),
        ])
        let trimHue = hue + random.uniform(60, 300)
        trim =
            color.luminance > 0.6
            ? Color(hue: trimHue, saturation: 0.55, lightness: 0.35)
            : Color(hue: trimHue, saturation: 0.4, lightness: 0.85)
        accent = Color(hue: random.uniform(0, 360), saturation: 0.75, lightness: 0.5)
        choker = random.chance(0.2)
    }
}
