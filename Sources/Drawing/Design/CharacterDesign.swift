import Randomness

/// The features of a character that are the same in every picture.
///
/// Each part has its own random generator, so a new kind of accessory changes nobody's eyes.
public struct CharacterDesign: Sendable, Equatable {
    let face: FaceDesign
    let hair: HairDesign
    let eyes: EyeDesign
    let accessories: AccessoryDesign
    let outfit: OutfitDesign

    /// The character number `index` of the cast that `seed` gives.
    public init(seed: UInt64, index: Int) {
        let number = UInt64(index)
        var faceRandom = SplitMix64(seed: seed, number, 1)
        var hairRandom = SplitMix64(seed: seed, number, 2)
        var eyeRandom = SplitMix64(seed: seed, number, 3)
        var accessoryRandom = SplitMix64(seed: seed, number, 4)
        var outfitRandom = SplitMix64(seed: seed, number, 5)
        face = FaceDesign(random: &faceRandom)
        hair = HairDesign(random: &hairRandom)
        eyes = EyeDesign(random: &eyeRandom)
        accessories = AccessoryDesign(random: &accessoryRandom)
        outfit = OutfitDesign(random: &outfitRandom)
    }
}
