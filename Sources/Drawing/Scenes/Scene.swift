import Foundation
import Randomness

/// A picture of one to five characters, at any size, whose faces' places are known.
public struct Scene: Sendable {
    /// A character in the scene.
    struct Figure {
        let portrait: Portrait
        /// The face's center and the side of its square, as parts of the picture's side.
        let center: Point
        let side: Double
        /// The head's tilt, in radians.
        let roll: Double

        /// Where the head is, with its hair, as parts of the picture's side.
        var head: (center: Point, radius: Double) { (center, side * 0.8) }

        /// Whether this figure, in front, hides a head.
        func hides(_ other: Figure) -> Bool {
            let (head, radius) = other.head
            if (head - center).length < radius + side * 0.8 { return true }
            return head.y + radius > center.y && abs(head.x - center.x) < radius + side * 0.85
        }

        /// The face's square, as parts of the picture's side: left, top, right, bottom.
        var square: [Double] {
            let pose = portrait.depiction.pose
            let middle = Projection(yaw: pose.yaw, pitch: pose.pitch)(Point(0, Scene.faceCenter), on: .sheet(0.35))
                .rotated(roll)
            let (x, y) = (center.x + middle.x * unit, center.y + middle.y * unit)
            return [x - side / 2, y - side / 2, x + side / 2, y + side / 2]
        }

        /// The drawing unit as a part of the picture's side.
        var unit: Double { side / Scene.faceSide }
    }

    /// A face's square from the hairline to the chin, in drawing units: its side, and the height of its center.
    fileprivate static let faceSide = 2.1, faceCenter = 0.0
    /// The least part of a face's square that is seen, of a face that counts.
    private static let leastSeen = 0.5

    /// From back to front.
    let figures: [Figure]
    /// Gives the background, the light and the finish.
    let portrait: Portrait
}

extension Scene {
    /// Scene number `number` of the seed.
    public init(seed: UInt64, number: Int) {
        var random = SplitMix64(seed: seed, UInt64(number), 77)
        func portrait() -> Portrait { Portrait(seed: random.next(), index: 0, image: 0) }
        self.portrait = portrait()
        var figures: [Figure] = []
        for _ in 0..<1 + Int(random.next() % 5) {
            let side = exp(random.uniform(log(0.04), log(0.6)))
            let figure = Figure(
                portrait: portrait(), center: Point(random.uniform(0.02, 0.98), random.uniform(0.05, 0.95)), side: side,
                roll: random.chance(0.7) ? random.near(0, 0.3) : random.uniform(-0.6, 0.6))
            // Larger figures stand in front.
            let isFree = figures.allSatisfy { other in
                other.side > side ? !other.hides(figure) : !figure.hides(other)
            }
            if isFree { figures.append(figure) }
        }
        self.figures = figures.sorted { $0.side < $1.side }
    }

    /// Draws the picture, `size` pixels a side.
    /// - Throws: `SampleError` with code `drawing` if Cairo runs out of memory.
    public func rendered(size: Int) throws(SampleError) -> Raster {
        let canvas = try Canvas(size: size)
        let pixels = Double(size)
        let stage = Stage(canvas: canvas, design: portrait.design, depiction: portrait.depiction)
        BackgroundLayer().paint(on: stage)
        for figure in figures {
            let stage = Stage(
                canvas: canvas, design: figure.portrait.design, depiction: figure.portrait.depiction)
            figure.portrait.paint(
                on: stage, center: figure.center * pixels, unit: figure.unit * pixels, roll: figure.roll)
        }
        LightLayer().paint(on: stage)
        return portrait.finished(try canvas.raster())
    }

    /// The squares around the faces, from the hairline to the chin, inside the picture: left, top, right and bottom in pixels.
    public func boxes(size: Int) -> [[Double]] { squares(size) { $0 >= Self.leastSeen } }

    /// The same of the faces of which less than half is in the picture.
    public func mostlyHidden(size: Int) -> [[Double]] { squares(size) { $0 > 0 && $0 < Self.leastSeen } }

    private func squares(_ size: Int, _ isWanted: (Double) -> Bool) -> [[Double]] {
        figures.compactMap { figure in
            let seen = figure.square.map { min(max($0, 0), 1) }
            let part = (seen[2] - seen[0]) * (seen[3] - seen[1]) / (figure.side * figure.side)
            return isWanted(part) ? seen.map { ($0 * Double(size) * 10).rounded() / 10 } : nil
        }
    }
}
