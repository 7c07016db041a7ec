import Foundation
import Randomness
import Testing

@testable import Imaging

@Suite struct AugmentationDrawsTests {
    /// Mean and standard deviation.
    private func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
        let mean = values.reduce(0, +) / Double(values.count)
        return (mean, (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot())
    }

    /// Whether the values could be evenly spread over the range: mean and deviation within four standard errors of the mean.
    private func isEven(_ values: [Double], over range: ClosedRange<Double>) -> Bool {
        let (mean, deviation) = moments(values)
        let width = range.upperBound - range.lowerBound
        let tolerance = 4 * width / (12 * Double(values.count)).squareRoot()
        return values.allSatisfy { (range.lowerBound - 1e-9...range.upperBound + 1e-9).contains($0) }
            && abs(mean - range.lowerBound - width / 2) < tolerance
            && abs(deviation - width / 12.0.squareRoot()) < tolerance
    }

    @Test func `area and shape of a crop are evenly spread where every try fits`() {
        var random = SplitMix64(seed: 3)
        let crop = RandomResizedCrop(scale: 0.2...0.5)
        // So large that rounding to pixels does not show.
        let parts = (0..<20_000).map { _ in crop.draw(width: 1 << 20, height: 1 << 20, using: &random) }
        let side = Double(1 << 20)
        #expect(isEven(parts.map { Double($0.width * $0.height) / side / side }.map { ($0 - 0.2) / 0.3 }, over: 0...1))
        let half = log(4.0 / 3)
        #expect(isEven(parts.map { log(Double($0.width) / Double($0.height)) / half }, over: -1...1))
        #expect(isEven(parts.map { Double($0.x) / (side - Double($0.width)) }, over: 0...1))
        #expect(isEven(parts.map { Double($0.y) / (side - Double($0.height)) }, over: 0...1))
    }

    private struct Measured: Decodable {
        struct Crop: Decodable { let size: [Int], mean: [Double], deviation: [Double] }
        let draws: Int, crops: [Crop]
    }

    @Test func `crops fall where torchvision's do, on square, wide and tall pictures`() throws {
        let measured = try JSONDecoder().decode(Measured.self, from: Data(Golden.bytes("random-crop.json")))
        for golden in measured.crops {
            var random = SplitMix64(seed: 5)
            let parts = (0..<measured.draws).map { _ in
                RandomResizedCrop().draw(width: golden.size[0], height: golden.size[1], using: &random)
            }
            for (index, value) in [\PixelRect.x, \.y, \.width, \.height].enumerated() {
                let (mean, deviation) = moments(parts.map { Double($0[keyPath: value]) })
                let tolerance = 5 * golden.deviation[index] * (2 / Double(measured.draws)).squareRoot()
                #expect(abs(mean - golden.mean[index]) < tolerance)
                #expect(abs(deviation - golden.deviation[index]) < tolerance)
            }
        }
    }

    @Test func `where no try fits, the largest allowed shape about the center is taken`() {
        var random = SplitMix64(seed: 1)
        let large = RandomResizedCrop(scale: 0.9...1)
        #expect(large.draw(width: 10, height: 100, using: &random) == PixelRect(x: 0, y: 43, width: 10, height: 13))
        #expect(large.draw(width: 100, height: 10, using: &random) == PixelRect(x: 43, y: 0, width: 13, height: 10))
        let larger = RandomResizedCrop(scale: 4...4)
        #expect(larger.draw(width: 10, height: 11, using: &random) == PixelRect(x: 0, y: 0, width: 10, height: 11))
    }

    @Test func `jitter draws each factor evenly from its range`() {
        var random = SplitMix64(seed: 7)
        let jitter = ColorJitter(brightness: 0.4, contrast: 0.2, saturation: 1.5, hue: 0.1)
        var factors: [[Double]] = [[], [], [], []]
        for step in (0..<20_000).flatMap({ _ in jitter.draw(using: &random).steps }) {
            switch step {
            case .brightness(let factor): factors[0].append(factor)
            case .contrast(let factor): factors[1].append(factor)
            case .saturation(let factor): factors[2].append(factor)
            case .hue(let turns): factors[3].append(turns)
            }
        }
        for (values, range) in zip(factors, [0.6...1.4, 0.8...1.2, 0...2.5, -0.1...0.1]) {
            #expect(values.count == 20_000)
            #expect(isEven(values, over: range))
        }
    }

    @Test func `jitter applies its changes in every order, each as often`() {
        var random = SplitMix64(seed: 11)
        let jitter = ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1)
        var counts: [String: Int] = [:]
        for _ in 0..<24_000 {
            let order = jitter.draw(using: &random).steps.map { "\($0)".prefix(1) }.joined()
            counts[order, default: 0] += 1
        }
        #expect(counts.count == 24)
        // Five standard deviations of a binomial count about 1000.
        #expect(counts.values.allSatisfy { abs($0 - 1000) < 155 })
    }

    @Test func `what does not vary is left out`() {
        var random = SplitMix64(seed: 1)
        #expect(ColorJitter().draw(using: &random).steps.isEmpty)
        #expect(ColorJitter(contrast: 0.3).draw(using: &random).steps.count == 1)
    }

    @Test func `mirror images and grays are as frequent as asked for`() {
        let image = Image(width: 2, height: 1, pixels: [255, 0, 0, 0, 0, 255])
        let transform = TrainingTransform(size: 2, crop: nil, flip: 0.3, jitter: nil, gray: 0.2)
        var random = SplitMix64(seed: 13)
        let results = (0..<10_000).map { _ in transform.apply(image, using: &random).pixels }
        // In color or in gray, the red pixel has more in its first channel than the blue one. Four standard deviations.
        let mirrored = results.count { $0[0] < $0[3] }
        let gray = results.count { $0[0] == $0[1] && $0[1] == $0[2] }
        #expect(abs(mirrored - 3000) < 184)
        #expect(abs(gray - 2000) < 160)
    }

    @Test func `the paper's transform is easyfsl's`() {
        let paper = TrainingTransform.paper(size: 84)
        #expect(paper.size == 84 && paper.flip == 0.5 && paper.gray == 0)
        #expect(paper.crop == RandomResizedCrop(scale: 0.08...1, ratio: 0.75...4 / 3))
        #expect(paper.jitter == ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4))
    }

    @Test func `a transform survives being written down`() throws {
        let paper = TrainingTransform.paper(size: 84)
        #expect(try JSONDecoder().decode(TrainingTransform.self, from: JSONEncoder().encode(paper)) == paper)
    }
}
