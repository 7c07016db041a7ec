import Randomness

/// The background behind the character.
struct Background: Sendable, Equatable {
    enum Pattern: Sendable, CaseIterable, Equatable {
        case flat, gradient, dots, stripes, checks, stars, bokeh, rays, sky, room
    }

    let pattern: Pattern
    let first: Color
    let second: Color
    let third: Color
    /// Angle in radians of stripes and gradients.
    let angle: Double
    /// Size of the pattern in fractions of the picture.
    let pitch: Double

    init(random: inout SplitMix64) {
        pattern = random.pick(weighted: [
            (.flat, 3), (.gradient, 3), (.dots, 1), (.stripes, 1), (.checks, 0.8), (.stars, 0.8), (.bokeh, 1),
            (.rays, 0.8), (.sky, 1),
            (.room, 1),
        ])
        let hue = random.uniform(0, 360)
        let pale = random.chance(0.65)
        first =
            random.chance(0.18)
            ? Color(0.98, 0.98, 0.97)
            : Color(
                hue: hue, saturation: random.uniform(0.2, 0.7),
                lightness: pale ? random.uniform(0.74, 0.92) : random.uniform(0.25, 0.6))
        second = first.varied(hue: random.near(0, 40), saturation: 0.1, lightness: random.chance(0.5) ? 0.1 : -0.12)
        third = Color(hue: hue + random.uniform(90, 270), saturation: 0.6, lightness: 0.7)
        angle = random.uniform(-0.9, 0.9)
        pitch = random.uniform(0.1, 0.2)
    }
}
