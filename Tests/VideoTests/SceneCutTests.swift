import Imaging
import Testing

@testable import Video

@Suite("Cuts between scenes")
struct SceneCutTests {
    private func picture(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Image {
        Image(width: 64, height: 36, pixels: (0..<64 * 36).flatMap { _ in [red, green, blue] })
    }

    /// A picture with a rectangle of another color on it.
    private func moving(_ x: Int) -> Image {
        let part = Image(width: 20, height: 20, pixels: [UInt8](repeating: 240, count: 20 * 20 * 3))
        return picture(40, 90, 160).replacing(x: x, y: 8, with: part)
    }

    @Test func `what moves in front of a background is no cut`() {
        var cuts = SceneCuts()
        #expect([0, 12, 25, 40].map { cuts.beginsScene(moving($0)) } == [false, false, false, false])
    }

    @Test func `another background is a cut`() {
        var cuts = SceneCuts()
        let pictures = [picture(40, 90, 160), picture(44, 95, 165), picture(200, 90, 30), picture(200, 95, 35)]
        #expect(pictures.map { cuts.beginsScene($0) } == [false, false, true, false])
    }

    @Test func `the difference is the share of pixels without a partner`() {
        let (blue, half) = (
            picture(0, 0, 255),
            picture(0, 0, 255).replacing(
                x: 0, y: 0, with: picture(255, 0, 0).cropped(x: 0, y: 0, width: 32, height: 36))
        )
        let difference = SceneCuts.difference(SceneCuts.histogram(blue), SceneCuts.histogram(half))
        // One column of the thumbnail may be of both colors.
        #expect(abs(difference - 0.5) < 0.03)
        #expect(SceneCuts.difference(SceneCuts.histogram(blue), SceneCuts.histogram(blue)) == 0)
        #expect(SceneCuts.difference(SceneCuts.histogram(blue), SceneCuts.histogram(picture(255, 0, 0))) == 1)
    }
}
