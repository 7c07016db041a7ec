import Randomness

/// The scene's light.
struct Light: Sendable, Equatable {
    /// The color that white has in it.
    let tint: Color
    /// -1 light from the left … 1 from the right.
    let side: Double
    /// Opacity of the shadow across the far side.
    let shadow: Double
    let shadowColor: Color
    let brightness: Double
    let contrast: Double
    let saturation: Double
    /// A glow from a corner, and how strong.
    let glow: Double
    let glowColor: Color

    init(random: inout SplitMix64) {
        let scenes: [(Color, Double)] = [
            (Color(1, 1, 1), 6), (Color(1, 0.92, 0.82), 1.5), (Color(0.86, 0.91, 1), 1.3), (Color(1, 0.86, 0.8), 0.7),
            (Color(0.78, 0.8, 0.97), 0.6), (Color(0.95, 0.88, 1), 0.6), (Color(0.9, 1, 0.92), 0.4),
        ]
        tint = random.pick(weighted: scenes)
        side = random.chance(0.5) ? 1 : -1
        shadow = random.chance(0.6) ? random.uniform(0.15, 0.42) : 0
        shadowColor = random.pick([Color(0.45, 0.38, 0.62), Color(0.5, 0.42, 0.45), Color(0.35, 0.4, 0.6)])
        brightness = random.near(1, 0.1)
        contrast = random.near(1, 0.12)
        saturation = random.near(0.98, 0.22)
        glow = random.chance(0.3) ? random.uniform(0.2, 0.5) : 0
        glowColor = random.pick([Color(1, 0.95, 0.8), Color(0.8, 0.95, 1), Color(1, 0.8, 0.9)])
    }
}
