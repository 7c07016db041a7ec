import COpenBLAS
import NeuralNetwork

/// Products and sums of row-major matrices.
enum Matrix {
    /// left · right, each transposed if asked for.
    static func product(
        _ left: [Double], _ right: [Double], rows: Int, inner: Int, columns: Int, transposesLeft: Bool = false,
        transposesRight: Bool = false
    ) -> [Double] {
        var result = [Double](repeating: 0, count: rows * columns)
        cblas_dgemm(
            CblasRowMajor, transposesLeft ? CblasTrans : CblasNoTrans, transposesRight ? CblasTrans : CblasNoTrans,
            blasint(rows), blasint(columns), blasint(inner), 1, left, blasint(transposesLeft ? rows : inner), right,
            blasint(transposesRight ? inner : columns), 0, &result, blasint(columns))
        return result
    }

    static func columnSums(_ x: [Double], columns: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: columns)
        for (index, value) in x.enumerated() { sums[index % columns] += value }
        return sums
    }
}

private func zerosBefore(_ padding: Padding, _ size: Int, _ output: Int, _ kernel: Int, _ stride: Int) -> Int {
    switch padding {
    case .symmetric(let zeros): zeros
    case .same: max((output - 1) * stride + kernel - size, 0) / 2
    }
}

/// The patches that a convolution multiplies: a row for every pixel of the output.
struct Patches {
    let rows: Int
    let channels: Int
    var columns: Int { settings.kernel.taps * channels }
    private let settings: Convolution
    private let from, to: Shape
    private let top, left: Int

    init(_ settings: Convolution, from: Shape, to: Shape, images: Int) {
        precondition(!settings.depthwise, "the reference has no depthwise convolution")
        (self.settings, self.from, self.to) = (settings, from, to)
        (rows, channels) = (images * to.height * to.width, from.channels)
        top = zerosBefore(settings.padding, from.height, to.height, settings.kernel.height, settings.stride)
        left = zerosBefore(settings.padding, from.width, to.width, settings.kernel.width, settings.stride)
    }

    /// Runs `body` for every tap that meets a pixel: where the tap lies in the patches, and where the pixel in the input.
    private func forEachTap(_ body: (_ patch: Int, _ pixel: Int) -> Void) {
        for row in 0..<rows {
            let (ox, oy, image) = (row % to.width, row / to.width % to.height, row / (to.width * to.height))
            for tap in 0..<settings.kernel.taps {
                let y = oy * settings.stride - top + tap / settings.kernel.width
                let x = ox * settings.stride - left + tap % settings.kernel.width
                guard y >= 0, y < from.height, x >= 0, x < from.width else { continue }
                body(row * columns + tap * channels, ((image * from.height + y) * from.width + x) * channels)
            }
        }
    }

    func gather(_ input: [Double]) -> [Double] {
        var patches = [Double](repeating: 0, count: rows * columns)
        patches.withUnsafeMutableBufferPointer { patches in
            input.withUnsafeBufferPointer { input in
                guard let to = patches.baseAddress, let from = input.baseAddress else { return }
                forEachTap { (to + $0).update(from: from + $1, count: channels) }
            }
        }
        return patches
    }

    /// The transpose: every value is added to the pixel that it came from.
    func scatter(_ patches: [Double]) -> [Double] {
        var output = [Double](repeating: 0, count: rows / (to.height * to.width) * from.count)
        output.withUnsafeMutableBufferPointer { output in
            patches.withUnsafeBufferPointer { patches in
                guard let to = output.baseAddress, let from = patches.baseAddress else { return }
                forEachTap { cblas_daxpy(blasint(channels), 1, from + $0, 1, to + $1, 1) }
            }
        }
        return output
    }
}

/// The windows of a pool: the places in the input that one value of the output comes from.
struct Windows {
    private let pooling: Pooling
    private let from, to: Shape
    private let top, left: Int

    init(_ pooling: Pooling, from: Shape, to: Shape) {
        (self.pooling, self.from, self.to) = (pooling, from, to)
        top = zerosBefore(pooling.padding, from.height, to.height, pooling.size, pooling.stride)
        left = zerosBefore(pooling.padding, from.width, to.width, pooling.size, pooling.stride)
    }

    /// In order, rows first.
    func pixels(_ place: Int) -> [Int] {
        let (channel, pixel) = (place % to.channels, place / to.channels)
        let (ox, oy, image) = (pixel % to.width, pixel / to.width % to.height, pixel / (to.width * to.height))
        let (y, x) = (oy * pooling.stride - top, ox * pooling.stride - left)
        return (max(y, 0)..<min(y + pooling.size, from.height)).flatMap { y in
            (max(x, 0)..<min(x + pooling.size, from.width)).map { x in
                ((image * from.height + y) * from.width + x) * from.channels + channel
            }
        }
    }

    /// The first of the pixels with the largest value.
    func largest(_ pixels: [Int], _ values: [Double]) -> Int {
        pixels.dropFirst().reduce(pixels[0]) { values[$1] > values[$0] ? $1 : $0 }
    }
}
