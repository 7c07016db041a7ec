public import Randomness

/// The random Keras layers of the paper's Table 1, in the table's order: rotation, translation across, translation down, zoom, mirror images
/// both ways, contrast. Pixels from outside the picture are its reflection.
public struct KerasAugmentation: Sendable, Codable, Equatable {
    /// `RandomRotation(r)`: an angle within ±r of a full turn.
    public var rotation: Double
    /// `RandomTranslation(0, t)`, then `RandomTranslation(t, 0)`: shifts within ±t of the width, then of the height.
    public var across, down: Double
    /// `RandomZoom(z, z)`: each axis has its own factor in [1 − z, 1 + z]. Above 1 zooms out.
    public var zoom: Double
    /// `RandomFlip`: the probability of a mirror image, drawn separately for left to right and top to bottom.
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

extension KerasAugmentation {
    /// The layers' values for one picture.
    struct Draw: Equatable {
        /// In radians.
        var angle: Double
        /// Shares of the width and of the height.
        var across, down: Double
        var zoomX, zoomY: Double
        var mirrorX, mirrorY: Bool
        var contrast: Double

        /// Applies layer after layer. As in Keras, each interpolates the result of the one before.
        func apply(to image: Image) -> [Float] {
            let (width, height) = (image.width, image.height)
            var plane = LevelPlane(image)
            if angle != 0 { plane = plane.resampled(.rotation(angle, width: width, height: height)) }
            if across != 0 { plane = plane.resampled(.translation(x: across * Double(width), y: 0)) }
            if down != 0 { plane = plane.resampled(.translation(x: 0, y: down * Double(height))) }
            if zoomX != 1 || zoomY != 1 {
                plane = plane.resampled(.zoom(x: zoomX, y: zoomY, width: width, height: height))
            }
            return plane.mirrored(x: mirrorX, y: mirrorY).contrast(contrast).levels
        }
    }

    /// One draw of every layer.
    func draw(using random: inout SplitMix64) -> Draw {
        Draw(
            angle: 2 * .pi * random.uniform(-rotation, rotation), across: random.uniform(-across, across),
            down: random.uniform(-down, down), zoomX: 1 + random.uniform(-zoom, zoom),
            zoomY: 1 + random.uniform(-zoom, zoom), mirrorX: random.chance(flip), mirrorY: random.chance(flip),
            contrast: 1 + random.uniform(-contrast, contrast))
    }

    /// One draw of the augmentation. The same state of the generator gives the same picture.
    /// - Returns: levels from 0 to 255, which may be fractions, H × W × 3.
    public func apply(_ image: Image, using random: inout SplitMix64) -> [Float] {
        draw(using: &random).apply(to: image)
    }
}
