import Randomness

/// How one picture shows a character: everything that depends on the artist, the day and the scene.
public struct Depiction: Sendable, Equatable {
    let expression: Expression
    let pose: Pose
    let style: DrawingStyle
    let light: Light
    let background: Background
    /// Seeds the small irregularities of this picture.
    let grain: UInt64

    /// Picture number `image` of the character number `index` in the cast of `seed`.
    public init(seed: UInt64, index: Int, image: Int) {
        var random = SplitMix64(seed: seed, UInt64(index), 1_000 + UInt64(image))
        expression = Expression(random: &random)
        pose = Pose(random: &random)
        style = DrawingStyle(random: &random)
        light = Light(random: &random)
        background = Background(random: &random)
        grain = random.next()
    }
}
