import Randomness

/// The artist's lines and shading.
struct DrawingStyle: Sendable, Equatable {
    enum Inking: Sendable, Equatable { case dark, tinted, none }
    enum Shading: Sendable, Equatable { case flat, cel, soft }
    enum Nose: Sendable, Equatable { case dot, line, shadow }

    let inking: Inking
    /// Line width in drawing units.
    let lineWidth: Double
    let lineColor: Color
    let shading: Shading
    let nose: Nose
    /// Opacity of the bright band on the hair.
    let shine: Double
    /// The number of highlights in each eye.
    let highlights: Int
    /// Palette shifts: hue in degrees, saturation and lightness relative.
    let hairShift: Point
    let hairLightness: Double
    let skinLightness: Double
    let eyeShift: Double
    /// Softness of the scan, 0…1, and grain in gray levels.
    let blur: Double
    let noise: Int

    init(random: inout SplitMix64) {
        inking = random.pick(weighted: [(.dark, 4), (.tinted, 4), (.none, 1.5)])
        lineWidth = random.uniform(0.018, 0.045)
        lineColor = random.pick([
            Color(0.16, 0.1, 0.12), Color(0.1, 0.1, 0.18), Color(0.28, 0.14, 0.12), Color(0.05, 0.05, 0.06),
        ])
        shading = random.pick(weighted: [(.flat, 2), (.cel, 4), (.soft, 4)])
        nose = random.pick([.dot, .line, .shadow])
        shine = random.chance(0.2) ? 0 : random.uniform(0.25, 0.75)
        highlights = 1 + Int(random.next() % 3)
        hairShift = Point(random.near(0, 10), random.near(0, 0.25))
        hairLightness = random.near(0, 0.07)
        skinLightness = random.near(0, 0.035)
        eyeShift = random.near(0, 12)
        blur = random.chance(0.3) ? random.uniform(0.2, 0.7) : 0
        noise = random.chance(0.12) ? 2 : 0
    }
}
