/// The random layers of Keras that the paper trains with (its Table 1), in the table's order: rotation, translation across, translation
/// down, zoom, mirror images both ways, contrast. What a layer moves in from outside is the picture's reflection.
public struct KerasAugmentation: Sendable, Codable, Equatable {
    /// `RandomRotation(r)`: an angle within ±r of a full turn.
    public var rotation: Double
    /// `RandomTranslation(0, t)`, then `RandomTranslation(t, 0)`: shifts within ±t of the width, then of the height.
    public var across, down: Double
    /// `RandomZoom(z, z)`: each axis on its own by a factor in [1 − z, 1 + z]; above 1 zooms out.
    public var zoom: Double
    /// `RandomFlip`: the probability of a mirror image, left for right and top for bottom, each on its own.
    public var flip: Double
    /// `RandomContrast(c)`: a factor in [1 − c, 1 + c] about each channel's mean.
    public var contrast: Double

    /// - Precondition: no part is negative, and `flip` is a probability.
    public init(rotation: Double, across: Double, down: Double, zoom: Double, flip: Double, contrast: Double) {
        precondition(
            rotation >= 0 && across >= 0 && down >= 0 && (0..<1).contains(zoom) && (0...1).contains(flip)
                && contrast >= 0, "an augmentation has no negative parts")
        (self.rotation, self.across, self.down) = (rotation, across, down)
        (self.zoom, self.flip, self.contrast) = (zoom, flip, contrast)
    }

    /// The paper's Table 1: rotations of ±144°, shifts and zooms of ±20 %, contrasts of ±20 %.
    public static let paper = KerasAugmentation(
        rotation: 0.4, across: 0.2, down: 0.2, zoom: 0.2, flip: 0.5, contrast: 0.2)
}
