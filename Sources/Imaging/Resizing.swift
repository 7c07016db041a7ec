/// Pillow's antialiased bilinear resizing, within one grey level: a triangle as wide as the reduction, weights in 22-bit fixed point,
/// across first and then down, each pass rounded to 8 bits.
extension Image {
    /// The picture at another size.
    /// - Precondition: both sides are positive.
    public func resized(width: Int, height: Int) -> Image { resized(bounds, width: width, height: height) }

    /// A part of the picture at another size; nothing around the part shines in.
    func resized(_ part: PixelRect, width: Int, height: Int) -> Image {
        precondition(width > 0 && height > 0, "a picture cannot be resized to \(width)×\(height)")
        if width == part.width && height == part.height {
            return part == bounds ? self : cropped(x: part.x, y: part.y, width: width, height: height)
        }
        let down = ResizeWeights(from: part.height, to: height)
        // Only the rows that the second pass reads.
        let rows = height == part.height ? 0..<height : down.firstSource..<down.endSource
        let lines =
            if width == part.width {
                cropped(x: part.x, y: part.y + rows.lowerBound, width: width, height: rows.count).pixels
            } else {
                across(ResizeWeights(from: part.width, to: width), rows: rows, of: part)
            }
        let result = height == part.height ? lines : Self.vertically(lines, down, width * 3, rows.lowerBound)
        return Image(width: width, height: height, pixels: result)
    }

    private func across(_ weights: ResizeWeights, rows: Range<Int>, of part: PixelRect) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: rows.count * weights.spans.count * 3)
        var target = result.mutableSpan
        let (source, values) = (pixels.span, weights.values.span)
        var written = 0
        for row in rows {
            let line = ((part.y + row) * width + part.x) * 3
            for span in weights.spans {
                var (red, green, blue) = (ResizeWeights.half, ResizeWeights.half, ResizeWeights.half)
                var place = line &+ span.first &* 3
                for index in span.weights {
                    let weight = values[index]
                    red &+= Int32(source[place]) &* weight
                    green &+= Int32(source[place &+ 1]) &* weight
                    blue &+= Int32(source[place &+ 2]) &* weight
                    place &+= 3
                }
                target[written] = ResizeWeights.byte(red)
                target[written &+ 1] = ResizeWeights.byte(green)
                target[written &+ 2] = ResizeWeights.byte(blue)
                written &+= 3
            }
        }
        return result
    }

    private static func vertically(_ source: [UInt8], _ weights: ResizeWeights, _ lineBytes: Int, _ top: Int) -> [UInt8]
    {
        var result: [UInt8] = []
        result.reserveCapacity(weights.spans.count * lineBytes)
        var (line, lineSums) = ([UInt8](repeating: 0, count: lineBytes), [Int32](repeating: 0, count: lineBytes))
        for span in weights.spans {
            var sums = lineSums.mutableSpan
            sums.update(repeating: ResizeWeights.half)
            var start = (span.first - top) * lineBytes
            for weight in weights.values[span.weights] {
                let row = source.span.extracting(start..<start + lineBytes)
                for index in 0..<min(row.count, sums.count) { sums[index] &+= Int32(row[index]) &* weight }
                start += lineBytes
            }
            var target = line.mutableSpan
            for index in 0..<min(target.count, sums.count) { target[index] = ResizeWeights.byte(sums[index]) }
            result.append(contentsOf: line)
        }
        return result
    }
}

/// Which source pixels make a target pixel along one dimension, and how much of each.
struct ResizeWeights {
    struct Span { let first: Int, weights: Range<Int> }

    private(set) var spans: [Span] = []
    private(set) var values: [Int32] = []

    private static let bits = 22  // 32 − 8 − 2: two bits of headroom
    static let half: Int32 = 1 << 21

    init(from: Int, to: Int) {
        let scale = Double(from) / Double(to)
        let support = max(scale, 1)
        let inverse = 1 / support  // multiplied, not divided by, to round as Pillow does
        spans.reserveCapacity(to)
        values.reserveCapacity(to * Int(2 * support + 2))
        var exact: [Double] = []
        for target in 0..<to {
            let center = (Double(target) + 0.5) * scale
            let first = max(Int(center - support + 0.5), 0)
            let end = min(Int(center + support + 0.5), from)
            exact.removeAll(keepingCapacity: true)
            for source in first..<end { exact.append(max(0, 1 - abs((Double(source) - center + 0.5) * inverse))) }
            let share = 1 / exact.reduce(0, +)
            let start = values.count
            for weight in exact { values.append(Int32(0.5 + weight * share * Double(1 << Self.bits))) }
            spans.append(Span(first: first, weights: start..<values.count))
        }
    }

    /// The first and one past the last source pixel that any target needs.
    var firstSource: Int { spans[0].first }
    var endSource: Int { spans.map { $0.first + $0.weights.count }.max() ?? 0 }

    @inline(__always)
    static func byte(_ sum: Int32) -> UInt8 { UInt8(clamping: sum >> Int32(bits)) }
}
