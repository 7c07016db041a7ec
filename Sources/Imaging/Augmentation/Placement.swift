import Foundation

/// Where a picture goes in another one: turned, scaled and perhaps mirrored about a point of its own. Positions are in pixels from the top
/// left corner, so the center of the first pixel is (0.5, 0.5).
public struct Placement: Sendable, Equatable {
    /// The point of the picture that is placed.
    public var sourceX, sourceY: Double
    /// Where that point goes.
    public var x, y: Double
    /// Pixels of the result for each pixel of the picture.
    public var scale: Double
    /// In radians, clockwise as the result is seen.
    public var angle: Double
    /// Whether the picture is mirrored left to right before it is turned.
    public var isMirrored: Bool

    public init(
        sourceX: Double, sourceY: Double, x: Double, y: Double, scale: Double, angle: Double = 0,
        isMirrored: Bool = false
    ) {
        precondition(scale > 0, "a picture cannot be scaled by \(scale)")
        (self.sourceX, self.sourceY, self.x, self.y) = (sourceX, sourceY, x, y)
        (self.scale, self.angle, self.isMirrored) = (scale, angle, isMirrored)
    }

    /// Where a point of the picture goes.
    public func result(ofX pointX: Double, y pointY: Double) -> (x: Double, y: Double) {
        let (across, down) = ((pointX - sourceX) * (isMirrored ? -1 : 1), pointY - sourceY)
        let (c, s) = (cos(angle) * scale, sin(angle) * scale)
        return (x + c * across - s * down, y + s * across + c * down)
    }

    /// The same placement of the picture at another size.
    func resized(by factor: Double) -> Placement {
        var other = self
        (other.sourceX, other.sourceY, other.scale) = (sourceX * factor, sourceY * factor, scale / factor)
        return other
    }

    /// The way back: the source position of a position of the result is (a·x + b·y + c, d·x + e·y + f).
    var back: (a: Float, b: Float, c: Float, d: Float, e: Float, f: Float) {
        let (c, s) = (cos(angle) / scale, sin(angle) / scale)
        let mirror = isMirrored ? -1.0 : 1
        let (a, b, d, e) = (mirror * c, mirror * s, -s, c)
        return (
            Float(a), Float(b), Float(sourceX - a * x - b * y), Float(d), Float(e), Float(sourceY - d * x - e * y)
        )
    }
}

/// How opaque a pasted picture is: fully in its middle, and less towards its edge.
public struct PasteMask: Sendable, Equatable {
    public enum Outline: Sendable { case rectangle, ellipse }

    public var outline: Outline
    /// The part of half the picture's side over which it fades; 0 for a hard edge.
    public var fade: Double
    /// The opacity in the middle, from 0 to 1.
    public var opacity: Double

    public init(outline: Outline = .rectangle, fade: Double = 0, opacity: Double = 1) {
        (self.outline, self.fade, self.opacity) = (outline, fade, opacity)
    }

    /// - Parameters:
    ///   - u, v: the position, from −1 to 1 across and down the picture.
    @inline(__always)
    func opacity(_ u: Float, _ v: Float) -> Float {
        let fromEdge = outline == .rectangle ? 1 - max(abs(u), abs(v)) : 1 - (u * u + v * v).squareRoot()
        guard fromEdge > 0 else { return 0 }
        return fade > 0 ? min(fromEdge / Float(fade), 1) * Float(opacity) : Float(opacity)
    }
}

extension Image {
    /// A plain picture.
    public init(width: Int, height: Int, color: (UInt8, UInt8, UInt8)) {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(width * height * 3)
        for _ in 0..<width * height {
            pixels.append(color.0)
            pixels.append(color.1)
            pixels.append(color.2)
        }
        self.init(width: width, height: height, pixels: pixels)
    }

    /// This picture with another one pasted in: with bilinear interpolation, and without aliasing where the other is reduced.
    public func pasting(_ other: Image, _ placement: Placement, mask: PasteMask = PasteMask()) -> Image {
        // Between pixels bilinear interpolation reads four pixels, so a stronger reduction is done by resizing first.
        if placement.scale < 0.7 {
            let factor = max(placement.scale, 1 / Double(min(other.width, other.height)))
            let (width, height) = (
                max(1, Int((Double(other.width) * factor).rounded())),
                max(1, Int((Double(other.height) * factor).rounded()))
            )
            let exact = Double(width) / Double(other.width)
            return drawing(other.resized(width: width, height: height), placement.resized(by: exact), mask)
        }
        return drawing(other, placement, mask)
    }

    private func drawing(_ other: Image, _ placement: Placement, _ mask: PasteMask) -> Image {
        let corners = [(0, 0), (other.width, 0), (0, other.height), (other.width, other.height)].map {
            placement.result(ofX: Double($0.0), y: Double($0.1))
        }
        func range(_ values: [Double], _ limit: Int) -> Range<Int> {
            let first = min(max(Int((values.min() ?? 0).rounded(.down)), 0), limit)
            return first..<max(first, min(Int((values.max() ?? 0).rounded(.up)), limit))
        }
        let (columns, rows) = (range(corners.map(\.x), width), range(corners.map(\.y), height))
        let map = placement.back
        let (w, h) = (other.width, other.height)
        let (acrossHalf, downHalf) = (Float(w) / 2, Float(h) / 2)
        var result = pixels
        let source = other.pixels.span
        var target = result.mutableSpan
        for y in rows {
            for x in columns {
                let (px, py) = (Float(x) + 0.5, Float(y) + 0.5)
                let sx = map.a * px + map.b * py + map.c
                let sy = map.d * px + map.e * py + map.f
                let opacity = mask.opacity(sx / acrossHalf - 1, sy / downHalf - 1)
                guard opacity > 0 else { continue }
                let fx = max(0, min(sx - 0.5, Float(w - 1)))
                let fy = max(0, min(sy - 0.5, Float(h - 1)))
                let (left, top) = (Int(fx), Int(fy))
                let (shareX, shareY) = (fx - Float(left), fy - Float(top))
                let right = min(left &+ 1, w &- 1)
                let below = min(top &+ 1, h &- 1)
                for channel in 0..<3 {
                    let a = Float(source[(top &* w &+ left) &* 3 &+ channel])
                    let b = Float(source[(top &* w &+ right) &* 3 &+ channel])
                    let c = Float(source[(below &* w &+ left) &* 3 &+ channel])
                    let d = Float(source[(below &* w &+ right) &* 3 &+ channel])
                    let first = a + shareX * (b - a)
                    let second = c + shareX * (d - c)
                    let level = first + shareY * (second - first)
                    let place = (y &* width &+ x) &* 3 &+ channel
                    let before = Float(target[place])
                    target[place] = UInt8(max(0, min(255, before + opacity * (level - before) + 0.5)))
                }
            }
        }
        return Image(width: width, height: height, pixels: result)
    }
}
