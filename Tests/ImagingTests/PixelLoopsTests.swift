import Randomness
import Testing

@testable import Imaging

/// The byte loops of every instruction set against plain loops, to the bit.
@Suite struct PixelLoopsTests {
    private static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next() >> 20) }
    }

    /// A part of a picture at another size: across, rounded, then down, rounded.
    private func resized(_ image: Image, _ part: PixelRect, width: Int, height: Int) -> [UInt8] {
        func pass(_ value: (Int) -> UInt8, _ weights: ResizeWeights, _ target: Int) -> UInt8 {
            let sum = (0..<weights.taps).reduce(1 << 21) { sum, tap in
                sum + Int(value(Int(weights.first[target]) + tap)) * Int(weights.values[target * weights.taps + tap])
            }
            return UInt8(clamping: sum >> 22)
        }
        let (across, down) = (ResizeWeights(from: part.width, to: width), ResizeWeights(from: part.height, to: height))
        let lines = (0..<part.height).flatMap { y in
            (0..<width * 3).map { x in
                pass({ image.pixels[((part.y + y) * image.width + part.x + $0) * 3 + x % 3] }, across, x / 3)
            }
        }
        return (0..<height).flatMap { y in
            (0..<width * 3).map { x in pass({ lines[$0 * width * 3 + x] }, down, y) }
        }
    }

    /// Reductions of two, three, four, five and many neighbors, enlargements, pictures of a pixel, parts at every edge.
    private static let cases: [(image: (Int, Int), part: PixelRect, size: (Int, Int))] = [
        ((112, 112), PixelRect(x: 0, y: 0, width: 112, height: 112), (96, 96)),
        ((53, 37), PixelRect(x: 0, y: 0, width: 53, height: 37), (30, 20)),
        ((53, 37), PixelRect(x: 13, y: 9, width: 40, height: 28), (31, 17)),
        ((90, 41), PixelRect(x: 89, y: 40, width: 1, height: 1), (3, 2)),
        ((7, 9), PixelRect(x: 2, y: 1, width: 5, height: 8), (19, 33)),
        ((200, 150), PixelRect(x: 0, y: 3, width: 200, height: 147), (9, 7)),
        ((3, 100), PixelRect(x: 0, y: 0, width: 3, height: 100), (2, 48)),
        ((64, 6), PixelRect(x: 1, y: 0, width: 63, height: 6), (32, 5)),
    ]

    @Test(arguments: PixelLoops.all.indices, cases.indices)
    func `resizing equals plain loops`(set: Int, number: Int) {
        let (size, part, target) = Self.cases[number]
        let image = Image(
            width: size.0, height: size.1, pixels: Self.bytes(size.0 * size.1 * 3, seed: UInt64(number)))
        let result = image.resized(part, width: target.0, height: target.1, with: PixelLoops.all[set])
        #expect(result.pixels == resized(image, part, width: target.0, height: target.1))
    }

    /// Some hundred thousand neighbors, whose rounded weights add up to more than one.
    @Test(arguments: PixelLoops.all.indices) func `white stays white`(set: Int) {
        for (width, height) in [(700_001, 4), (5, 300_007), (224, 224)] {
            let image = Image(width: width, height: height, pixels: [UInt8](repeating: 255, count: width * height * 3))
            let result = image.resized(image.bounds, width: 4, height: 4, with: PixelLoops.all[set])
            #expect(result.pixels.allSatisfy { $0 == 255 })
        }
    }

    @Test func `weights add up, and stay inside`() {
        for (from, to) in [(112, 96), (96, 112), (1, 7), (7, 1), (1000, 3), (5, 5)] {
            let weights = ResizeWeights(from: from, to: to)
            #expect(weights.first.count == to && weights.values.count == to * weights.taps && weights.sources == from)
            for target in 0..<to {
                #expect(weights.first[target] >= 0 && Int(weights.first[target]) + weights.taps <= from)
                let sum = weights.values[target * weights.taps..<(target + 1) * weights.taps].reduce(0, +)
                #expect(abs(sum - 1 << 22) <= weights.taps)
            }
        }
    }

    /// PNG specification, section 9, byte by byte.
    private func unfiltered(_ source: [UInt8], width: Int, height: Int, channels: Int) -> [UInt8] {
        let bytes = width * channels
        var result = [UInt8](repeating: 0, count: bytes * height)
        for y in 0..<height {
            for x in 0..<bytes {
                let a = x < channels ? 0 : Int(result[y * bytes + x - channels])
                let b = y == 0 ? 0 : Int(result[(y - 1) * bytes + x])
                let c = x < channels || y == 0 ? 0 : Int(result[(y - 1) * bytes + x - channels])
                let (toA, toB, toC) = (abs(b - c), abs(a - c), abs(a + b - 2 * c))
                let nearest = toA <= toB && toA <= toC ? a : toB <= toC ? b : c
                let guess = [0, a, b, (a + b) / 2, nearest][Int(source[y * (bytes + 1)])]
                result[y * bytes + x] = source[y * (bytes + 1) + 1 + x] &+ UInt8(guess)
            }
        }
        return result
    }

    @Test(arguments: PixelLoops.all.indices, [3, 4]) func `PNG's filters equal plain loops`(set: Int, channels: Int) {
        for (width, height) in [(1, 1), (1, 9), (2, 5), (31, 15), (112, 20)] {
            var source = Self.bytes(height * (1 + width * channels) + 1, seed: UInt64(width))
            for first in 0..<5 {
                for y in 0..<height { source[y * (1 + width * channels)] = UInt8((first + y * y) % 5) }
                let result = PixelLoops.all[set].unfiltered(source, width: width, height: height, channels: channels)
                #expect(result == unfiltered(source, width: width, height: height, channels: channels))
            }
            source[(height - 1) * (1 + width * channels)] = 5
            #expect(
                PixelLoops.all[set].unfiltered(source, width: width, height: height, channels: channels) == nil)
        }
    }

    @Test(arguments: PixelLoops.all.indices) func `transparency, mirrors and tables equal plain loops`(set: Int) {
        let loops = PixelLoops.all[set]
        var every: [UInt8] = []
        for level in UInt8.min...UInt8.max {
            for alpha in UInt8.min...UInt8.max { every += [level, 255 - level, 7, alpha] }
        }
        let rgb = loops.overWhite(every)
        #expect(rgb.count == every.count / 4 * 3)
        for pixel in stride(from: 0, to: every.count / 4, by: 1) {
            let alpha = Int(every[pixel * 4 + 3])
            for channel in 0..<3 {
                let light = Int(every[pixel * 4 + channel]) * alpha + 255 * (255 - alpha)
                let exact = Double(light) / 255
                #expect(Int(rgb[pixel * 3 + channel]) == Int(exact.rounded()))
            }
        }
        let image = Image(width: 7, height: 5, pixels: Self.bytes(105, seed: 3))
        let mirrored = Image(width: 7, height: 5, pixels: loops.mirrored(image))
        for y in 0..<5 {
            for x in 0..<7 {
                #expect(
                    mirrored.cropped(x: x, y: y, width: 1, height: 1)
                        == image.cropped(x: 6 - x, y: y, width: 1, height: 1))
            }
        }
        let table = (0..<768).map { Float($0) / 3 }
        let values = loops.lookUp([image, mirrored], in: table)
        var expected: [Float] = []
        for (index, level) in (image.pixels + mirrored.pixels).enumerated() {
            expected.append(table[index % 3 * 256 + Int(level)])
        }
        #expect(values == expected)
    }
}
