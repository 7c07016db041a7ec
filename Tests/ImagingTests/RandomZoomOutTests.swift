import Foundation
import Randomness
import Testing

@testable import Imaging

/// A picture on a larger canvas.
@Suite struct RandomZoomOutTests {
    /// White, so that it shows on the canvas.
    private let white = Image(width: 40, height: 20, pixels: [UInt8](repeating: 255, count: 40 * 20 * 3))

    /// The rectangle of white pixels; nil on a canvas of light colors.
    private func whitePart(_ image: Image) -> (x: ClosedRange<Int>, y: ClosedRange<Int>)? {
        let places = (0..<image.width * image.height).filter { place in
            image.pixels[place * 3..<place * 3 + 3].allSatisfy { $0 == 255 }
        }
        let (x, y) = (places.map { $0 % image.width }, places.map { $0 / image.width })
        guard let left = x.min(), let right = x.max(), let top = y.min(), let bottom = y.max() else { return nil }
        return (left...right, top...bottom)
    }

    @Test func `The whole picture lies on the canvas, at a random place, within the allowed scale`() throws {
        var random = SplitMix64(seed: 2)
        let zoom = RandomZoomOut(scale: 1.5...2, probability: 1)
        var (sides, lefts) = (Set<Int>(), Set<Int>())
        for _ in 0..<200 {
            let placed = try #require(zoom.draw(white, size: 60, using: &random))
            #expect(placed.width == 60 && placed.height == 60)
            let part = try #require(whitePart(placed))
            // On its own blurred copy, white is everywhere.
            if part.x.count == 60 { continue }
            #expect(part.x.count == part.y.count && (30...40).contains(part.x.count))
            sides.insert(part.x.count)
            lefts.insert(part.x.lowerBound)
        }
        #expect(sides.count > 8 && lefts.contains(0) && lefts.count > 15)
    }

    @Test func `It is drawn as often as its probability says`() {
        var random = SplitMix64(seed: 3)
        let zoom = RandomZoomOut(scale: 1...1.4, probability: 0.25)
        let drawn = (0..<1000).count { _ in zoom.draw(white, size: 8, using: &random) != nil }
        #expect((200...300).contains(drawn))
    }

    @Test func `Without it, a transform draws what it drew before, and reads runs of before`() throws {
        var transform = TrainingTransform.paper(size: 16)
        let old = try JSONEncoder().encode(transform)
        #expect(!String(decoding: old, as: UTF8.self).contains("zoom_out"))
        #expect(try JSONDecoder().decode(TrainingTransform.self, from: old) == transform)
        transform.zoomOut = RandomZoomOut(scale: 1...1.4)
        #expect(
            try JSONDecoder().decode(TrainingTransform.self, from: JSONEncoder().encode(transform)) == transform)
    }
}
