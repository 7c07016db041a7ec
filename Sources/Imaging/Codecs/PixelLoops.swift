import CPixels

/// The C loops over pixels of one instruction set. The function table is a constant of the program, so sharing it is safe.
@safe struct PixelLoops: @unchecked Sendable {
    private let table: cp_pixels

    /// The loops of the fastest instruction set of this processor.
    static let best = unsafe PixelLoops(table: cp_pixels_best().pointee)

    /// The loops of all instruction sets of this processor, fastest first.
    static let all = ["avx2", "base"].compactMap { (name: String) in
        unsafe cp_pixels_named(name).map { unsafe PixelLoops(table: $0.pointee) }
    }

    /// Resizes rows across.
    /// - Parameters:
    ///   - start: the first byte of the first row.
    ///   - stride: bytes from one row to the next.
    func across(_ pixels: [UInt8], from start: Int, stride: Int, rows: Int, _ weights: ResizeWeights) -> [UInt8] {
        let end = start + (rows - 1) * stride + weights.sources * 3
        precondition(start >= 0 && rows > 0 && end <= pixels.count, "rows outside the picture")
        return unsafe Self.filled(rows * weights.first.count * 3) { target in
            unsafe Self.withPointers(weights) { weights in
                unsafe pixels.withUnsafeBufferPointer { source in
                    guard let source = source.baseAddress else { return }
                    unsafe table.across(Int64(rows), source + start, Int64(stride), weights, target)
                }
            }
        }
    }

    /// Resizes rows of `bytes` bytes down.
    func down(_ lines: [UInt8], bytes: Int, _ weights: ResizeWeights) -> [UInt8] {
        precondition(weights.sources * bytes <= lines.count, "rows outside the picture")
        return unsafe Self.filled(weights.first.count * bytes) { target in
            unsafe Self.withPointers(weights) { unsafe table.down(Int64(bytes), lines, $0, target) }
        }
    }

    private static func withPointers(_ weights: ResizeWeights, _ body: (UnsafePointer<cp_weights>) -> Void) {
        unsafe weights.first.withUnsafeBufferPointer { first in
            unsafe weights.values.withUnsafeBufferPointer { values in
                var pointers = unsafe cp_weights(
                    targets: Int64(first.count), taps: Int32(weights.taps), first: first.baseAddress,
                    weights: values.baseAddress)
                unsafe body(&pointers)
            }
        }
    }

    /// Undoes PNG's row filters; nil if a row has an unknown one.
    /// - Parameter source: height rows of 1 + width · channels bytes, and at least one more byte.
    /// - Parameter channels: 3 or 4, of 8 bits.
    func unfiltered(_ source: [UInt8], width: Int, height: Int, channels: Int) -> [UInt8]? {
        let bytes = width * channels
        precondition(source.count > height * (1 + bytes) && (3...4).contains(channels), "these are no filtered rows")
        let blank = [UInt8](repeating: 0, count: bytes + 1)
        var status: Int32 = 0
        let result = unsafe Self.filled(height * bytes) { target in
            unsafe status = table.unfilter(Int64(width), Int64(height), Int32(channels), source, blank, target)
            // The rows after a refused one were not written.
            if status != 0 { unsafe target.update(repeating: 0, count: height * bytes) }
        }
        return status == 0 ? result : nil
    }

    /// Lays RGBA over white, rounded as a fraction of 255.
    func overWhite(_ rgba: [UInt8]) -> [UInt8] {
        unsafe Self.filled(rgba.count / 4 * 3) { unsafe table.over_white(Int64(rgba.count / 4), rgba, $0) }
    }

    /// The mirror image, left to right.
    func mirrored(_ image: Image) -> [UInt8] {
        unsafe Self.filled(image.pixels.count) { target in
            unsafe table.mirror(Int64(image.width), Int64(image.height), image.pixels, target)
        }
    }

    /// Looks up the bytes of pictures in a table of 3 × 256 values.
    func lookUp(_ images: [Image], in values: [Float]) -> [Float] {
        precondition(values.count == 3 * 256, "a table has 256 values for each channel")
        return unsafe Self.filled(images.reduce(0) { $0 + $1.pixels.count }) { target in
            var target = unsafe target
            for image in images {
                unsafe table.look_up(Int64(image.pixels.count / 3), image.pixels, values, target)
                unsafe target += image.pixels.count
            }
        }
    }

    /// An array whose elements `fill` writes, all of them.
    private static func filled<Element>(_ count: Int, _ fill: (UnsafeMutablePointer<Element>) -> Void) -> [Element] {
        unsafe [Element](unsafeUninitializedCapacity: count) { buffer, written in
            guard let base = buffer.baseAddress else { return }
            unsafe fill(base)
            written = count
        }
    }
}
