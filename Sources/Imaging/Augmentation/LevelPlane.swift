import Foundation

/// A picture between Keras's layers: levels from 0 to 255, which may be fractions, H × W × 3.
struct LevelPlane: Equatable {
    let width, height: Int
    private(set) var levels: [Float]

    init(width: Int, height: Int, levels: [Float]) { (self.width, self.height, self.levels) = (width, height, levels) }

    init(_ image: Image) {
        self.init(width: image.width, height: image.height, levels: image.pixels.map { Float($0) })
    }

    /// The source position of the result's pixel (x, y): (a·x + b·y + c, d·x + e·y + f).
    struct Map: Equatable {
        var a, b, c, d, e, f: Float

        /// Turns the picture about its center by an angle in radians, as Keras's `get_rotation_matrix` defines it.
        static func rotation(_ angle: Double, width: Int, height: Int) -> Map {
            let (c, s) = (cos(angle), sin(angle))
            let (right, bottom) = (Double(width - 1), Double(height - 1))
            return Map(
                a: Float(c), b: Float(-s), c: Float((right - (c * right - s * bottom)) / 2),
                d: Float(s), e: Float(c), f: Float((bottom - (s * right + c * bottom)) / 2))
        }

        /// Moves the picture right and down by pixels.
        static func translation(x: Double, y: Double) -> Map {
            Map(a: 1, b: 0, c: Float(-x), d: 0, e: 1, f: Float(-y))
        }

        /// Zooms about the center; factors above 1 zoom out.
        static func zoom(x: Double, y: Double, width: Int, height: Int) -> Map {
            Map(
                a: Float(x), b: 0, c: Float(Double(width - 1) / 2 * (1 - x)),
                d: 0, e: Float(y), f: Float(Double(height - 1) / 2 * (1 - y)))
        }
    }

    /// TensorFlow's `ImageProjectiveTransform` for an affine map, with bilinear interpolation and reflections outside.
    func resampled(_ map: Map) -> LevelPlane {
        var result = [Float](repeating: 0, count: levels.count)
        let source = levels.span
        var target = result.mutableSpan
        let stride = width &* 3
        var written = 0
        for y in 0..<height {
            for x in 0..<width {
                let (px, py) = (Float(x), Float(y))
                let fromX = Self.reflected(map.a * px + map.b * py + map.c, width)
                let fromY = Self.reflected(map.d * px + map.e * py + map.f, height)
                let (left, top) = (Int(fromX), Int(fromY))
                let (shareX, shareY) = (fromX - Float(left), fromY - Float(top))
                // At the last pixel the neighbor's share is 0.
                let right = min(left &+ 1, width &- 1) &* 3
                let above = top &* stride
                let below = min(top &+ 1, height &- 1) &* stride
                for channel in 0..<3 {
                    let first = (1 - shareX) * source[above &+ left &* 3 &+ channel]
                    let second = (1 - shareX) * source[below &+ left &* 3 &+ channel]
                    target[written] =
                        (1 - shareY) * (first + shareX * source[above &+ right &+ channel])
                        + shareY * (second + shareX * source[below &+ right &+ channel])
                    written &+= 1
                }
            }
        }
        return LevelPlane(width: width, height: height, levels: result)
    }

    /// Reflects a coordinate into 0…length − 1: `d c b a | a b c d | d c b a`, with the edge pixel twice.
    @inline(__always)
    static func reflected(_ coordinate: Float, _ length: Int) -> Float {
        let (length, period) = (Float(length), Float(2 * length))
        var place = coordinate
        if place < 0 || place > length - 1 {
            place -= period * (place / period).rounded(.down)
            if place >= length { place = period - place - 1 }
        }
        return max(0, min(length - 1, place))
    }

    /// Mirrors left to right, top to bottom, or both.
    func mirrored(x: Bool, y: Bool) -> LevelPlane {
        guard x || y else { return self }
        var result: [Float] = []
        result.reserveCapacity(levels.count)
        for row in 0..<height {
            let start = (y ? height - 1 - row : row) * width
            for column in 0..<width {
                let place = (start + (x ? width - 1 - column : column)) * 3
                result += levels[place..<place + 3]
            }
        }
        return LevelPlane(width: width, height: height, levels: result)
    }

    /// Scales every channel's differences from its mean by `factor`, and clips to 0…255.
    func contrast(_ factor: Double) -> LevelPlane {
        var sums = [0.0, 0.0, 0.0]
        for (place, level) in levels.enumerated() { sums[place % 3] += Double(level) }
        let means = sums.map { Float($0 / Double(width * height)) }
        let factor = Float(factor)
        var result = self
        for place in result.levels.indices {
            let mean = means[place % 3]
            result.levels[place] = max(0, min(255, (levels[place] - mean) * factor + mean))
        }
        return result
    }
}
