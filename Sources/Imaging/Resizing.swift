import CPixels

/// Pillow's antialiased bilinear resizing, within one gray level: a triangle filter as wide as the reduction, with weights in 22-bit fixed
/// point. It resizes across first and then down, and rounds each pass to 8 bits.
extension Image {
    /// The picture at another size.
    /// - Precondition: both sides are positive.
    public func resized(width: Int, height: Int) -> Image { resized(bounds, width: width, height: height) }

    /// A part of the picture at another size. Pixels outside the part have no effect.
    /// - Parameter loops: the loops of an instruction set.
    func resized(_ part: PixelRect, width: Int, height: Int, with loops: PixelLoops = .best) -> Image {
        precondition(width > 0 && height > 0, "a picture cannot be resized to \(width)×\(height)")
        if width == part.width && height == part.height {
            return part == bounds ? self : cropped(x: part.x, y: part.y, width: width, height: height)
        }
        let down = ResizeWeights(from: part.height, to: height)
        let isSquare = part.width == part.height && width == height
        let lines =
            if width == part.width {
                cropped(x: part.x, y: part.y, width: width, height: part.height).pixels
            } else {
                loops.across(
                    pixels, from: (part.y * self.width + part.x) * 3, stride: self.width * 3, rows: part.height,
                    isSquare ? down : ResizeWeights(from: part.width, to: width))
            }
        let result =
            if height == part.height { lines } else {
                loops.down(lines, bytes: width * 3, down)
            }
        return Image(width: width, height: height, pixels: result)
    }
}

/// The source pixels of each target pixel along one dimension, with their weights.
struct ResizeWeights {
    /// The number of source pixels of each target pixel. All of them are inside the picture.
    let taps: Int
    /// For each target pixel, the first of its source pixels.
    private(set) var first: [Int32] = []
    /// `taps` weights for each target pixel, as fractions of 2²² (32 − 8 bits, less two bits of headroom). Some at an end may be 0.
    private(set) var values: [Int32] = []
    /// The number of source pixels.
    let sources: Int

    init(from: Int, to: Int) {
        sources = from
        let scale = Double(from) / Double(to)
        let support = max(scale, 1)
        let inverse = 1 / support  // a factor instead of a divisor, to round as Pillow does
        /// The source pixels of a target pixel, before padding to `taps`.
        func reach(_ target: Int) -> (center: Double, pixels: Range<Int>) {
            let center = (Double(target) + 0.5) * scale
            return (center, max(Int(center - support + 0.5), 0)..<min(Int(center + support + 0.5), from))
        }
        taps = (0..<to).reduce(0) { max($0, reach($1).pixels.count) }
        first.reserveCapacity(to)
        values.reserveCapacity(to * taps)
        var exact: [Double] = []
        for target in 0..<to {
            let (center, pixels) = reach(target)
            exact.removeAll(keepingCapacity: true)
            for source in pixels { exact.append(max(0, 1 - abs((Double(source) - center + 0.5) * inverse))) }
            let share = 1 / exact.reduce(0, +)
            let start = min(pixels.lowerBound, from - taps)
            first.append(Int32(start))
            values.append(contentsOf: repeatElement(0, count: pixels.lowerBound - start))
            for weight in exact { values.append(Int32(0.5 + weight * share * Double(1 << CP_WEIGHT_BITS))) }
            values.append(contentsOf: repeatElement(0, count: (target + 1) * taps - values.count))
        }
    }
}
