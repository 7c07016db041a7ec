import Randomness

/// Skin, proportions and marks of a face.
struct FaceDesign: Sendable, Equatable {
    enum Mark: Sendable, CaseIterable, Equatable {
        case none, beautyUnderEye, beautyByMouth, freckles, scarCheek, scarNose, whiskers, plaster, cheekPaint,
            foreheadGem
    }

    let skin: Color
    /// Half-width of the cheeks, in drawing units.
    let width: Double
    /// Where the chin ends.
    let chin: Double
    /// 0 round, 1 pointed.
    let pointedness: Double
    /// Height of the eyes' centers and their distance from the middle.
    let eyeLevel: Double
    let eyeDistance: Double
    let mark: Mark
    /// The side that marks are on: 1 right in the picture, -1 left.
    let markSide: Double
    let markColor: Color
    let fang: Bool
    let pointedEars: Bool
    let browThickness: Double
    /// A grown-up or boyish cast: smaller eyes, thicker brows.
    let mature: Bool

    init(random: inout SplitMix64) {
        let tones: [(Color, Double)] = [
            (Color(hue: 22, saturation: 0.85, lightness: 0.91), 5),
            (Color(hue: 18, saturation: 0.6, lightness: 0.93), 3),
            (Color(hue: 26, saturation: 0.65, lightness: 0.84), 2),
            (Color(hue: 25, saturation: 0.5, lightness: 0.70), 1.2),
            (Color(hue: 23, saturation: 0.45, lightness: 0.52), 0.9),
            (Color(hue: 245, saturation: 0.3, lightness: 0.9), 0.5),
        ]
        skin = random.pick(weighted: tones)
        mature = random.chance(0.3)
        width = random.near(0.93, 0.06)
        chin = random.near(1.0, 0.05) + (mature ? 0.07 : 0)
        pointedness = random.uniform(0.1, 0.9)
        eyeLevel = random.near(0.2, 0.03)
        eyeDistance = random.near(0.45, 0.02)
        mark = random.chance(0.5) ? .none : random.pick(Mark.allCases)
        markSide = random.chance(0.5) ? 1 : -1
        markColor = Color(hue: random.uniform(0, 360), saturation: 0.75, lightness: 0.55)
        fang = random.chance(0.2)
        pointedEars = random.chance(0.12)
        browThickness = mature ? random.uniform(0.035, 0.06) : random.uniform(0.02, 0.04)
    }
}
