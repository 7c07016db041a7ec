import Backbones
import Foundation
import Geometry
import Imaging
import Testing

@testable import Detection

/// From maps to boxes, and from a picture to the network's input and back.
@Suite struct CandidateTests {
    /// Maps of a square input in which only the given cells hold a face.
    private func maps(_ size: Int, _ faces: [(level: Int, cell: Int, score: Double, strides: [Double])]) -> [[Float]] {
        var maps = FaceDetectorNetwork.levels.map { level -> [Float] in
            let cells = (size / level.stride) * (size / level.stride)
            return (0..<cells * 5).map { $0 % 5 == 0 ? -10 : 0 }
        }
        for face in faces {
            maps[face.level][face.cell * 5] = Float(log(face.score / (1 - face.score)))
            for edge in 0..<4 { maps[face.level][face.cell * 5 + 1 + edge] = Float(log(face.strides[edge])) }
        }
        return maps
    }

    @Test func `a cell gives its box`() throws {
        // Cell (3, 2) of the middle level: its center is at (56, 40).
        let found = FaceCandidates(
            maps(128, [(1, 2 * 8 + 3, 0.8, [1, 2, 3, 0.5])]), width: 128, threshold: 0.5
        ).candidates
        let face = try #require(found.first)
        #expect(found.count == 1)
        #expect(abs(face.score - 0.8) < 1e-6)
        for (edge, expected) in [
            (face.box.left, 40.0), (face.box.top, 8), (face.box.right, 104), (face.box.bottom, 48),
        ] { #expect(abs(edge - expected) < 1e-3) }
        #expect(
            FaceCandidates(maps(128, [(1, 19, 0.8, [1, 1, 1, 1])]), width: 128, threshold: 0.81).candidates.isEmpty)
    }

    @Test func `a face that several cells see is found once`() {
        let found = FaceCandidates(
            maps(
                128,
                [
                    (0, 5 * 16 + 5, 0.7, [3, 3, 3, 3]), (0, 5 * 16 + 6, 0.9, [4, 3, 2, 3]),
                    // The same place at the next level, larger: the first two lie in it.
                    (1, 2 * 8 + 2, 0.6, [3, 3, 3, 3]),
                    // Elsewhere.
                    (0, 12 * 16 + 13, 0.55, [2, 2, 2, 2]),
                ]), width: 128, threshold: 0.5
        ).candidates
        #expect(found.map { ($0.score * 100).rounded() } == [90, 55])
    }

    @Test func `numbers beyond all bounds give finite boxes`() {
        var maps = maps(64, [])
        for level in maps.indices { maps[level] = maps[level].map { _ in 3e38 } }
        let found = FaceCandidates(maps, width: 64, threshold: 0.5).candidates
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { $0.box.area.isFinite && $0.score <= 1 })
        for level in maps.indices { maps[level] = maps[level].map { _ in .nan } }
        #expect(FaceCandidates(maps, width: 64, threshold: 0.5).candidates.isEmpty)
    }

    @Test func `a picture keeps its proportions, and boxes find their way back`() {
        let wide = Letterbox(imageWidth: 1000, imageHeight: 501, longSide: 640)
        #expect((wide.pictureWidth, wide.pictureHeight, wide.width, wide.height) == (640, 321, 640, 352))
        let box = wide.inPicture(BoxEdges(left: 64, top: 0, right: 640, bottom: 321))
        #expect(abs(box.left - 100) < 1e-9 && abs(box.right - 1000) < 1e-9 && abs(box.bottom - 501) < 1e-9)
        // Small pictures are enlarged twice at most.
        let small = Letterbox(imageWidth: 20, imageHeight: 50, longSide: 640)
        #expect((small.pictureWidth, small.pictureHeight, small.width, small.height) == (40, 100, 64, 128))
        let line = Letterbox(imageWidth: 20_000, imageHeight: 1, longSide: 640)
        #expect((line.pictureWidth, line.pictureHeight, line.width, line.height) == (640, 1, 640, 32))
    }

    @Test func `the input is gray beside the picture`() {
        let picture = Image(width: 40, height: 20, color: (200, 10, 30))
        let input = Letterbox(imageWidth: 40, imageHeight: 20, longSide: 40).apply(picture)
        #expect((input.width, input.height) == (64, 32))
        func pixel(_ x: Int, _ y: Int) -> [UInt8] { Array(input.pixels[(y * 64 + x) * 3..<(y * 64 + x) * 3 + 3]) }
        #expect(pixel(39, 19) == [200, 10, 30])
        #expect(pixel(40, 19) == [128, 128, 128] && pixel(39, 20) == [128, 128, 128])
        let values = DetectorInput.values(of: [input])
        #expect(values.count == 64 * 32 * 3)
        #expect(abs(values[0] - (200.0 / 127.5 - 1)) < 1e-5)
    }

    @Test func `boxes in whole pixels stay inside the picture`() {
        func box(_ left: Double, _ top: Double, _ right: Double, _ bottom: Double) -> [Int] {
            let box = PixelBox(
                BoxEdges(left: left, top: top, right: right, bottom: bottom), imageWidth: 100, imageHeight: 50)
            return box.values
        }
        #expect(box(10.4, 9.6, 20.5, 30.2) == [10, 10, 11, 20])
        #expect(box(-5, -5, 500, 500) == [0, 0, 100, 50])
        #expect(box(99.9, 49.9, 99.95, 49.95) == [99, 49, 1, 1])
    }
}
