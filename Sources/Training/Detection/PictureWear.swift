import Foundation
import Imaging
import Randomness

/// What happens to pictures on their way to a user: other colors, no colors, print, blur, noise and JPEG.
enum PictureWear {
    static func apply(to image: Image, using random: inout SplitMix64) -> Image {
        let colors = TrainingTransform(
            size: image.width, crop: nil, flip: 0,
            jitter: ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.5, hue: 0.05), gray: 0.18)
        var result = random.chance(0.8) ? colors.apply(image, using: &random) : image
        if random.chance(0.1) { result = result.brightness(random.uniform(0.15, 0.6)) }
        if random.chance(0.08) {
            result = result.screentone(period: random.uniform(2.5, 6), angle: random.uniform(0.3, 1.3))
        }
        if random.chance(0.15) {
            let small = max(8, Int(Double(image.width) * random.uniform(0.4, 0.9)))
            result = result.resized(width: small, height: small).resized(width: image.width, height: image.height)
        }
        if random.chance(0.15) { result = result.noisy(random.uniform(4, 30), using: &random) }
        if random.chance(0.35) { result = compressed(result, quality: Int(random.uniform(25, 90))) }
        return result
    }

    /// The picture after JPEG.
    private static func compressed(_ image: Image, quality: Int) -> Image {
        guard let file = try? image.encodeJPEG(quality: quality), let decoded = try? Image.decode(file) else {
            preconditionFailure("libjpeg reads what it wrote")
        }
        return decoded.image
    }
}
