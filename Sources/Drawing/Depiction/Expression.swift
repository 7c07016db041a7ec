import Randomness

/// The expression of the face.
struct Expression: Sendable, Equatable {
    enum Eyes: Sendable, Equatable { case open, wide, half, happy, shut }
    enum Mouth: Sendable, Equatable { case neutral, smile, open, laugh, cat, frown, small, grin, pout }
    enum Brows: Sendable, Equatable { case calm, raised, angry, worried }

    let left: Eyes
    let right: Eyes
    let mouth: Mouth
    let brows: Brows
    /// Where the eyes look, in fractions of the iris' room, each -1…1.
    let gaze: Point
    /// 0 none … 1 deep.
    let blush: Double
    let blushLines: Bool

    init(random: inout SplitMix64) {
        enum Mood { case calm, happy, joyful, wink, angry, sad, surprised, sleepy }
        let mood = random.pick(weighted: [
            (Mood.calm, 4), (.happy, 4), (.joyful, 1.6), (.wink, 0.9), (.angry, 1), (.sad, 0.9), (.surprised, 1),
            (.sleepy, 0.6),
        ])
        let winkLeft = random.chance(0.5)
        switch mood {
        case .calm: (left, right, mouth, brows) = (.open, .open, random.pick([.neutral, .smile, .small]), .calm)
        case .happy:
            (left, right, mouth, brows) = (
                .open, .open, random.pick([.smile, .open, .cat, .grin]), random.pick([.calm, .raised])
            )
        case .joyful: (left, right, mouth, brows) = (.happy, .happy, random.pick([.open, .laugh, .smile]), .raised)
        case .wink:
            left = winkLeft ? .happy : .open
            right = winkLeft ? .open : .happy
            (mouth, brows) = (random.pick([.smile, .open, .grin, .cat]), .raised)
        case .angry: (left, right, mouth, brows) = (.open, .open, random.pick([.frown, .open, .grin, .pout]), .angry)
        case .sad: (left, right, mouth, brows) = (.half, .half, random.pick([.frown, .small]), .worried)
        case .surprised: (left, right, mouth, brows) = (.wide, .wide, random.pick([.small, .open]), .raised)
        case .sleepy: (left, right, mouth, brows) = (.shut, .shut, random.pick([.neutral, .smile, .small]), .calm)
        }
        gaze = Point(random.near(0, 0.9), random.near(0, 0.5))
        blush = random.chance(0.55) ? random.uniform(0.3, 1) : 0
        blushLines = random.chance(0.25)
    }
}
