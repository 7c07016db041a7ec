public import Randomness

/// What a picture goes through before it trains a network: random crop, colour jitter, greyscale, mirror image.
///
/// Each step is torchvision's, on 8-bit pictures; the order is easyfsl's, with SimCLR's greyscale behind the jitter.
public struct TrainingTransform: Sendable, Codable, Equatable {
    /// The side of the square result, in pixels.
    public var size: Int
    /// The part that is taken; nil for the whole picture, resized to the square.
    public var crop: RandomResizedCrop?
    /// The probability of a mirror image.
    public var flip: Double
    /// How far the colours vary; nil for not at all.
    public var jitter: ColorJitter?
    /// The probability of losing all colour.
    public var grey: Double

    /// - Precondition: `size` is positive, `flip` and `grey` are probabilities.
    public init(size: Int, crop: RandomResizedCrop?, flip: Double, jitter: ColorJitter?, grey: Double) {
        precondition(size > 0, "a picture cannot be resized to \(size)×\(size)")
        precondition((0...1).contains(flip) && (0...1).contains(grey), "flip and grey are probabilities")
        (self.size, self.crop, self.flip, self.jitter, self.grey) = (size, crop, flip, jitter, grey)
    }

    /// The paper's, which is easyfsl's: a random resized crop, jitter of 0.4 in brightness, contrast and saturation, every other
    /// picture mirrored.
    public static func paper(size: Int) -> TrainingTransform {
        TrainingTransform(
            size: size, crop: RandomResizedCrop(), flip: 0.5,
            jitter: ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4), grey: 0)
    }

    /// One draw of the transform, `size`×`size` pixels; the same state of the generator gives the same picture.
    public func apply(_ image: Image, using random: inout SplitMix64) -> Image {
        let part = crop?.draw(width: image.width, height: image.height, using: &random) ?? image.bounds
        var result = image.resized(part, width: size, height: size)
        if let jitter { result = jitter.draw(using: &random).apply(to: result) }
        if random.chance(grey) { result = result.greyscale() }
        return random.chance(flip) ? result.mirrored() : result
    }
}
