public import Randomness

/// The augmentation of a training picture: random crop or zoom out, color jitter, grayscale, mirror image.
///
/// Each step is torchvision's, on 8-bit pictures. The order is easyfsl's, with SimCLR's grayscale after the jitter.
public struct TrainingTransform: Sendable, Codable, Equatable {
    /// The side of the square result, in pixels.
    public var size: Int
    /// The random crop; nil resizes the whole picture to the square.
    public var crop: RandomResizedCrop?
    /// Places some pictures on a larger canvas instead of cropping them; nil for none.
    public var zoomOut: RandomZoomOut?
    /// The probability of a mirror image.
    public var flip: Double
    /// The variation of the colors; nil for none.
    public var jitter: ColorJitter?
    /// The probability of losing all color.
    public var gray: Double

    /// Run folders spell the last key like the command's option.
    private enum CodingKeys: String, CodingKey {
        case size, crop, flip, jitter
        case zoomOut = "zoom_out"
        case gray = "grey"
    }

    /// - Precondition: `size` is positive, `flip` and `gray` are probabilities.
    public init(size: Int, crop: RandomResizedCrop?, flip: Double, jitter: ColorJitter?, gray: Double) {
        precondition(size > 0, "a picture cannot be resized to \(size)×\(size)")
        precondition((0...1).contains(flip) && (0...1).contains(gray), "flip and gray are probabilities")
        (self.size, self.crop, self.flip, self.jitter, self.gray) = (size, crop, flip, jitter, gray)
    }

    /// The paper's transform, which is easyfsl's: a random resized crop, a jitter of 0.4 in brightness, contrast and saturation, and every
    /// other picture mirrored.
    public static func paper(size: Int) -> TrainingTransform {
        TrainingTransform(
            size: size, crop: RandomResizedCrop(), flip: 0.5,
            jitter: ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4), gray: 0)
    }

    /// One draw of the transform, `size`×`size` pixels. The same state of the generator gives the same picture.
    public func apply(_ image: Image, using random: inout SplitMix64) -> Image {
        var result: Image
        if let placed = zoomOut?.draw(image, size: size, using: &random) {
            result = placed
        } else {
            let part = crop?.draw(width: image.width, height: image.height, using: &random) ?? image.bounds
            result = image.resized(part, width: size, height: size)
        }
        if let jitter { result = jitter.draw(using: &random).apply(to: result) }
        if random.chance(gray) { result = result.grayscale() }
        return random.chance(flip) ? result.mirrored() : result
    }
}
