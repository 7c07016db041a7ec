import Randomness

/// Shape and colors of the eyes.
struct EyeDesign: Sendable, Equatable {
    enum Pupil: Sendable, CaseIterable, Equatable { case round, slit, star, heart, ring, none }

    let color: Color
    /// The eye on the left of the picture, different in a few characters.
    let otherColor: Color
    let width: Double
    let height: Double
    /// How far the outer corner is above (positive) or below the inner one, in drawing units.
    let slant: Double
    let irisSize: Double
    let pupil: Pupil
    /// Lashes that stand out at the outer corner.
    let lashes: Int
    let lowerLashes: Bool
    /// The upper lid's thickness.
    let lid: Double
    /// 0 wide awake … 0.35 heavy-lidded.
    let droop: Double

    init(random: inout SplitMix64) {
        let colors: [(Double, Double, Double)] = [
            (210, 0.8, 0.5), (190, 0.75, 0.48), (130, 0.6, 0.42), (95, 0.6, 0.45), (42, 0.9, 0.5), (25, 0.75, 0.42),
            (18, 0.5, 0.3),
            (2, 0.78, 0.48), (338, 0.75, 0.58), (285, 0.6, 0.52), (258, 0.6, 0.56), (222, 0.3, 0.38), (165, 0.65, 0.45),
            (225, 0.75, 0.45),
        ]
        let (hue, saturation, lightness) = random.pick(colors)
        color = Color(hue: random.near(hue, 7) + 360, saturation: saturation, lightness: random.near(lightness, 0.04))
        let (otherHue, otherSaturation, otherLightness) = random.pick(colors)
        let odd = random.chance(0.12)
        otherColor =
            odd ? Color(hue: otherHue, saturation: otherSaturation, lightness: otherLightness) : color
        width = random.near(0.245, 0.025)
        height = random.near(0.235, 0.045)
        slant = random.near(0.0, 0.09)
        irisSize = random.uniform(0.8, 1.0)
        pupil = random.pick(weighted: [
            (.round, 6), (.slit, 1.2), (.star, 0.5), (.heart, 0.4), (.ring, 0.8), (.none, 1),
        ])
        lashes = Int(random.next() % 4)
        lowerLashes = random.chance(0.5)
        lid = random.uniform(0.045, 0.075)
        droop = random.chance(0.25) ? random.uniform(0.15, 0.32) : 0
    }
}
