import Randomness

/// How the head is held and framed.
struct Pose: Sendable, Equatable {
    /// Turn, nod and tilt, in radians.
    let yaw: Double
    let pitch: Double
    let roll: Double
    /// How many drawing units the picture spans: 2.6 is tight, 4 shows the shoulders.
    let span: Double
    /// Where the face's center lies, in fractions of the picture.
    let center: Point
    /// Another artist's proportions: factors near 1 for the eyes' size, the face's width and its length.
    let eyeScale: Double
    let widthScale: Double
    let lengthScale: Double
    /// Hair moved by wind: sideways shift of its ends, in drawing units.
    let wind: Double

    init(random: inout SplitMix64) {
        yaw = random.near(0, 0.4)
        pitch = random.near(0, 0.16)
        roll = random.near(0, 0.26)
        span = random.pick(weighted: [
            (random.uniform(2.5, 2.8), 1), (random.uniform(2.8, 3.3), 3), (random.uniform(3.3, 3.9), 1.5),
        ])
        center = Point(random.near(0.5, 0.07), random.near(0.5, 0.06))
        eyeScale = random.near(1.08, 0.12)
        widthScale = random.near(1, 0.05)
        lengthScale = random.near(1, 0.04)
        wind = random.near(0, 0.14)
    }
}
