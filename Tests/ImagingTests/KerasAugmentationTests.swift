import Foundation
import Randomness
import Testing

@testable import Imaging

/// Keras's layers against the same formulas in numpy; see `Goldens/keras.py`.
@Suite struct KerasAugmentationTests {
    private struct Record: Decodable {
        let angle, across, down, zoomX, zoomY, contrast: Double
        let mirrorX, mirrorY: Bool

        var draw: KerasAugmentation.Draw {
            .init(
                angle: angle, across: across, down: down, zoomX: zoomX, zoomY: zoomY, mirrorX: mirrorX,
                mirrorY: mirrorY, contrast: contrast)
        }
    }

    private static func source() throws -> Image { try Image.decode(Golden.bytes("source.png")).image }

    private static func goldens() throws -> [Record] {
        try JSONDecoder().decode([Record].self, from: Data(Golden.bytes("keras.json")))
    }

    @Test(arguments: 0..<7) func `a draw is what the formulas give, layer after layer`(index: Int) throws {
        let bytes = try Golden.bytes("keras.\(index).f32")
        let golden = stride(from: 0, to: bytes.count, by: 4).map { place in
            Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * $1) })
        }
        let levels = try Self.goldens()[index].draw.apply(to: Self.source())
        #expect(levels.count == golden.count)
        // Places beside a sharp edge move by float32's rounding of the coordinates.
        #expect(zip(levels, golden).allSatisfy { abs($0 - $1) < 0.05 })
    }

    @Test func `coordinates outside are reflected with the edge's pixel twice`() {
        let places: [Float] = [-5, -4, -2, -1, -0.5, 0, 1.25, 3, 3.5, 4, 5, 7, 8, 9.5]
        let expected: [Float] = [3, 3, 1, 0, 0, 0, 1.25, 3, 3, 3, 2, 0, 0, 1.5]
        #expect(places.map { LevelPlane.reflected($0, 4) } == expected)
    }

    @Test func `draws stay within the table's bounds and reach far`() {
        var random = SplitMix64(seed: 5)
        let draws = (0..<2000).map { _ in KerasAugmentation.paper.draw(using: &random) }
        #expect(draws.allSatisfy { abs($0.angle) <= 0.8 * .pi && abs($0.across) <= 0.2 && abs($0.down) <= 0.2 })
        #expect(draws.allSatisfy { (0.8...1.2).contains($0.zoomX) && (0.8...1.2).contains($0.contrast) })
        #expect(draws.contains { $0.angle > 2.4 } && draws.contains { $0.angle < -2.4 })
        #expect(draws.contains { $0.zoomX > 1.15 && $0.zoomY < 0.85 })
        let mirrored = draws.count { $0.mirrorX != $0.mirrorY }
        #expect((900...1100).contains(mirrored))
    }

    @Test func `the same state of the generator gives the same picture`() throws {
        var (first, second) = (SplitMix64(seed: 9), SplitMix64(seed: 9))
        let source = try Self.source()
        let levels = KerasAugmentation.paper.apply(source, using: &first)
        #expect(levels == KerasAugmentation.paper.apply(source, using: &second))
        #expect(levels.allSatisfy { (0...255).contains($0) })
    }
}
