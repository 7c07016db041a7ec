import Foundation
import Imaging
import Randomness
import Testing

/// Pictures pasted in other pictures, and what print does to them.
@Suite struct PlacementTests {
    /// Black, with one white pixel.
    private func dot(_ x: Int, _ y: Int, size: Int = 9) -> Image {
        var pixels = [UInt8](repeating: 0, count: size * size * 3)
        for channel in 0..<3 { pixels[(y * size + x) * 3 + channel] = 255 }
        return Image(width: size, height: size, pixels: pixels)
    }

    private func level(_ image: Image, _ x: Int, _ y: Int) -> UInt8 { image.pixels[(y * image.width + x) * 3] }

    @Test func `a picture in its own place is itself`() {
        let picture = dot(3, 5)
        let gray = Image(width: 9, height: 9, color: (128, 128, 128))
        #expect(gray.pasting(picture, Placement(sourceX: 0, sourceY: 0, x: 0, y: 0, scale: 1)) == picture)
    }

    /// A pixel goes where `result` says, turned, mirrored and moved.
    @Test(arguments: [0.0, .pi / 2, .pi, -.pi / 2], [false, true]) func `pixels go where points go`(
        angle: Double, isMirrored: Bool
    ) {
        let placement = Placement(
            sourceX: 4.5, sourceY: 4.5, x: 10.5, y: 12.5, scale: 1, angle: angle, isMirrored: isMirrored)
        let result = Image(width: 24, height: 24, color: (50, 50, 50)).pasting(dot(7, 3), placement)
        let (x, y) = placement.result(ofX: 7.5, y: 3.5)
        #expect(level(result, Int(x), Int(y)) == 255)
        #expect(result.pixels.count { $0 == 255 } == 3)
        #expect(level(result, 0, 0) == 50)
    }

    @Test func `a quarter turn is clockwise`() {
        let placement = Placement(sourceX: 0, sourceY: 0, x: 0, y: 0, scale: 2, angle: .pi / 2)
        let (x, y) = placement.result(ofX: 3, y: 0)
        #expect(abs(x) < 1e-12 && abs(y - 6) < 1e-12)
    }

    @Test func `a reduced picture keeps its mean`() {
        // Stripes of one pixel: plain bilinear sampling would hit only black or only white ones.
        let stripes = Image(
            width: 64, height: 64, pixels: (0..<64 * 64 * 3).map { $0 / 3 % 2 == 0 ? 0 : 255 })
        let result = Image(width: 16, height: 16, color: (0, 0, 0))
            .pasting(stripes, Placement(sourceX: 32, sourceY: 32, x: 8, y: 8, scale: 0.25))
        #expect((3..<13).allSatisfy { abs(Int(level(result, $0, 8)) - 128) < 12 })
    }

    @Test func `a mask fades to the edge`() {
        let white = Image(width: 20, height: 20, color: (255, 255, 255))
        let black = Image(width: 20, height: 20, color: (0, 0, 0))
        let place = Placement(sourceX: 10, sourceY: 10, x: 10, y: 10, scale: 1)
        let round = black.pasting(white, place, mask: PasteMask(outline: .ellipse))
        #expect(level(round, 0, 0) == 0 && level(round, 10, 10) == 255 && level(round, 10, 0) == 255)
        let soft = black.pasting(white, place, mask: PasteMask(fade: 0.5, opacity: 0.8))
        #expect(level(soft, 10, 10) == 204)
        // A quarter of a pixel from the edge: 0.5 / 10 of half the side, a tenth of the fade.
        #expect(abs(Int(level(soft, 0, 10)) - 20) <= 1)
        #expect((0..<9).allSatisfy { level(soft, $0, 10) <= level(soft, $0 + 1, 10) })
    }

    @Test func `screentone is darker where the picture is`() {
        func ink(_ level: UInt8) -> Int {
            let picture = Image(width: 40, height: 40, color: (level, level, level)).screentone(period: 4, angle: 0.7)
            #expect(Set(picture.pixels).isSubset(of: [20, 245]))
            return picture.pixels.count { $0 == 20 }
        }
        let inks = [UInt8(0), 80, 140, 200, 255].map(ink)
        #expect(inks[0] == 4800 && inks[4] == 0)
        #expect(zip(inks, inks.dropFirst()).allSatisfy { $0 > $1 })
    }

    @Test func `noise follows the seed and keeps the mean`() {
        let picture = Image(width: 50, height: 50, color: (120, 120, 120))
        var (random, same) = (SplitMix64(seed: 4), SplitMix64(seed: 4))
        let noisy = picture.noisy(20, using: &random)
        #expect(noisy == picture.noisy(20, using: &same))
        let mean = noisy.pixels.reduce(0.0) { $0 + Double($1) } / Double(noisy.pixels.count)
        #expect(abs(mean - 120) < 1)
        #expect(noisy.pixels.allSatisfy { (100...140).contains($0) } && Set(noisy.pixels).count > 20)
    }

    @Test func `a frame stays inside its rectangle`() {
        let framed = Image(width: 10, height: 10, color: (0, 0, 0))
            .framed(x: 2, y: 3, width: 5, height: 4, thickness: 1, color: (9, 9, 9))
        #expect(framed.pixels.count { $0 == 9 } == 3 * (2 * 5 + 2 * 2))
        #expect(level(framed, 2, 3) == 9 && level(framed, 6, 6) == 9)
        #expect(level(framed, 3, 4) == 0 && level(framed, 7, 3) == 0)
    }
}
