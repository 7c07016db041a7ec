import Backbones
import Imaging
import Testing

@testable import Embedding

@Suite struct EvaluationTransformTests {
    private func transform(_ kind: EvaluationTransform.Kind, _ size: Int) -> EvaluationTransform {
        EvaluationTransform(kind: kind, size: size, normalization: .imageNet)
    }

    @Test func `resize takes the whole picture to the input size`() {
        let square = TestModels.picture(seed: 1, width: 84, height: 84)
        #expect(transform(.resize, 84).apply(square) == square)
        // Both sides by themselves: the picture's edges stay in it.
        let wide = Image(
            width: 200, height: 40,
            pixels: (0..<200 * 40).flatMap { $0 % 200 < 100 ? [255, 0, 0] : [0, 0, 255] as [UInt8] })
        let small = transform(.resize, 20).apply(wide)
        #expect(small.width == 20 && small.height == 20)
        for y in 0..<20 {
            #expect(Array(small.pixels[y * 60..<y * 60 + 3]) == [255, 0, 0])
            #expect(Array(small.pixels[y * 60 + 57..<y * 60 + 60]) == [0, 0, 255])
        }
    }

    /// At ⌊1.15·S⌋ already, nothing is resized and only the border goes.
    @Test(arguments: [(84, 96, 6), (96, 110, 7), (32, 36, 2), (20, 23, 1)])
    func `resize-crop takes the center of a picture a little larger`(size: Int, larger: Int, border: Int) {
        let picture = TestModels.picture(seed: 2, width: larger, height: larger)
        let expected = (0..<size).flatMap { y in
            let start = ((y + border) * larger + border) * 3
            return picture.pixels[start..<start + size * 3]
        }
        #expect(transform(.resizeCrop, size).apply(picture) == Image(width: size, height: size, pixels: expected))
    }

    @Test func `both give the input size from any picture`() {
        for (width, height) in [(1, 1), (3, 300), (500, 7), (84, 84)] {
            let picture = TestModels.picture(seed: 3, width: width, height: height)
            for kind in EvaluationTransform.Kind.allCases {
                let prepared = transform(kind, 84).apply(picture)
                #expect(prepared.width == 84 && prepared.height == 84)
            }
        }
    }

    @Test func `pixels become numbers by mean and deviation, channel by channel`() {
        let values = transform(.resize, 2).normalized([
            Image(width: 2, height: 2, pixels: [0, 0, 0, 255, 255, 255, 10, 20, 30, 255, 0, 128]),
            Image(width: 2, height: 2, pixels: [UInt8](repeating: 51, count: 12)),
        ])
        let mean: [Float] = [0.485, 0.456, 0.406]
        let deviation: [Float] = [0.229, 0.224, 0.225]
        let pixels: [Float] = [0, 0, 0, 255, 255, 255, 10, 20, 30, 255, 0, 128] + [Float](repeating: 51, count: 12)
        #expect(values.count == 24)
        for (index, value) in values.enumerated() {
            #expect(abs(value - (pixels[index] / 255 - mean[index % 3]) / deviation[index % 3]) < 1e-6)
        }
        let symmetric = EvaluationTransform(kind: .resize, size: 1, normalization: .symmetric)
        let ends = symmetric.normalized([Image(width: 1, height: 1, pixels: [0, 255, 51])])
        #expect(ends[0] == -1 && ends[1] == 1 && abs(ends[2] + 0.6) < 1e-6)
    }
}
