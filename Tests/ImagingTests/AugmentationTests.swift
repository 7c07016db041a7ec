import Randomness
import Testing

@testable import Imaging

@Suite struct AugmentationTests {
    private static func colors() throws -> Image { try Image.decode(Golden.bytes("colors.png")).image }

    private static let operations: [String: @Sendable (Image, Double) -> Image] = [
        "brightness": { $0.brightness($1) }, "contrast": { $0.contrast($1) }, "saturation": { $0.saturation($1) },
        "hue": { $0.hue($1) },
    ]

    @Test(arguments: Golden.names.filter { name in operations.keys.contains { name.hasPrefix("\($0).") } })
    func `a change of color is torchvision's on Pillow's pictures, to the byte`(name: String) throws {
        let parts = name.split(separator: ".")
        let operation = try #require(Self.operations[String(parts[0])])
        let factor = try #require(Double("\(parts[1]).\(parts[2])"))
        #expect(try operation(Self.colors(), factor) == Golden.pixels(name))
    }

    @Test func `grayscale is torchvision's, to the byte`() throws {
        #expect(try Self.colors().grayscale() == Golden.pixels("grayscale.45x30.rgb"))
    }

    @Test func `a factor of one changes nothing`() throws {
        let colors = try Self.colors()
        for name in ["brightness", "contrast", "saturation"] { #expect(Self.operations[name]?(colors, 1) == colors) }
    }

    @Test(arguments: Golden.names.filter { $0.hasPrefix("crop.") })
    func `a part resized is torchvision's resized crop`(name: String) throws {
        let source = try Image.decode(Golden.bytes("source.png")).image
        let golden = try Golden.pixels(name)
        let numbers = name.split(separator: ".")[1].split(separator: ",").compactMap { Int($0) }
        let part = PixelRect(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
        #expect(source.resized(part, width: golden.width, height: golden.height) == golden)
    }

    @Test func `one seed gives one picture, another seed another`() throws {
        let source = try Image.decode(Golden.bytes("source.png")).image
        let transform = TrainingTransform(
            size: 24, crop: RandomResizedCrop(), flip: 0.5,
            jitter: ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1), gray: 0.2)
        func pictures(seed: UInt64) -> [Image] {
            var random = SplitMix64(seed: seed)
            return (0..<4).map { _ in transform.apply(source, using: &random) }
        }
        let pictures1 = pictures(seed: 1)
        #expect(pictures1 == pictures(seed: 1))
        for (one, other) in zip(pictures1, pictures(seed: 2)) { #expect(one != other) }
        for (one, next) in zip(pictures1, pictures1.dropFirst()) { #expect(one != next) }
        #expect(pictures1.allSatisfy { $0.width == 24 && $0.height == 24 })
    }

    @Test func `without crop, jitter, mirror and gray only the size changes`() throws {
        let source = try Image.decode(Golden.bytes("source.png")).image
        var random = SplitMix64(seed: 1)
        let plain = TrainingTransform(size: 20, crop: nil, flip: 0, jitter: nil, gray: 0)
        #expect(plain.apply(source, using: &random) == source.resized(width: 20, height: 20))
        let turned = TrainingTransform(size: 20, crop: nil, flip: 1, jitter: nil, gray: 1)
        #expect(
            turned.apply(source, using: &random) == source.resized(width: 20, height: 20).grayscale().mirrored())
    }
}
