import CKernels

/// What all algorithms for a convolution need: geometry, bias and activation.
struct ConvolutionGeometry: Sendable {
    let c: ck_convolution
    let bias: AlignedBuffer
    let activation: ck_activation

    /// - Parameter output: the shape of the value that is written. It has more channels than the convolution where the convolution writes
    ///   into a concatenation.
    init(_ convolution: Convolution, input: Shape, output: Shape, bias: AlignedBuffer, activation: Activation?) {
        c = ck_convolution(
            kernel: convolution.kernel, stride: convolution.stride, padding: convolution.padding, input: input,
            output: output, channels: convolution.channels)
        self.bias = bias
        self.activation = activation.cValue
    }

    var inputPixels: Int { Int(c.height) * Int(c.width) }
    var outputPixels: Int { Int(c.out_height) * Int(c.out_width) }
    var inputs: Int { Int(c.channels) }
    var outputs: Int { Int(c.out_channels) }
    /// Floats from one output pixel to the next.
    var outputStride: Int { Int(c.out_stride) }
    var kernel: KernelSize { KernelSize(Int(c.kernel_height), Int(c.kernel_width)) }

    /// Whether the convolution is a matrix product of the pixels as they lie in memory.
    var isPointwise: Bool { kernel.taps == 1 && c.stride == 1 && c.pad_top == 0 && c.pad_left == 0 }

    /// The same convolution without the rows and columns of the kernel that only ever meet padding.
    var cropped: ConvolutionGeometry {
        func used(_ taps: Int32, _ before: Int32, _ size: Int32, _ outputs: Int32) -> Range<Int32> {
            let inside = (0..<taps).filter { tap in
                (0..<outputs).contains { (0..<size).contains($0 * c.stride - before + tap) }
            }
            return (inside.first ?? 0)..<(inside.last ?? 0) + 1
        }
        let rows = used(c.kernel_height, c.pad_top, c.height, c.out_height)
        let columns = used(c.kernel_width, c.pad_left, c.width, c.out_width)
        var geometry = c
        (geometry.kernel_height, geometry.kernel_width) = (Int32(rows.count), Int32(columns.count))
        geometry.pad_top -= rows.lowerBound
        geometry.pad_left -= columns.lowerBound
        return ConvolutionGeometry(geometry, bias: bias, activation: activation)
    }

    init(_ c: ck_convolution, bias: AlignedBuffer, activation: ck_activation) {
        (self.c, self.bias, self.activation) = (c, bias, activation)
    }

    /// The epilogue of a call. The residual begins at the same place as the output.
    func epilogue(_ residual: UnsafePointer<Float>?) -> ck_epilogue {
        unsafe ck_epilogue(bias: UnsafePointer(bias.base), residual: residual, activation: activation)
    }
}

extension ck_convolution {
    /// - Parameters:
    ///   - output: the shape of the value that is written.
    ///   - channels: how many of the output's channels this step writes.
    init(kernel: KernelSize, stride: Int, padding: Padding, input: Shape, output: Shape, channels: Int) {
        let down = padding.resolve(size: input.height, kernel: kernel.height, stride: stride).before
        let across = padding.resolve(size: input.width, kernel: kernel.width, stride: stride).before
        self.init(
            height: Int32(input.height), width: Int32(input.width), channels: Int32(input.channels),
            out_height: Int32(output.height), out_width: Int32(output.width), out_channels: Int32(channels),
            kernel_height: Int32(kernel.height), kernel_width: Int32(kernel.width), stride: Int32(stride),
            pad_top: Int32(down), pad_left: Int32(across), out_stride: Int32(output.channels))
    }
}

extension ConvolutionGeometry {
    /// The convolution with turned weights that takes a gradient from the output back to the input; nil where the stride is
    /// not 1.
    var turned: ConvolutionGeometry? {
        guard c.stride == 1, c.pad_top < c.kernel_height, c.pad_left < c.kernel_width else { return nil }
        let turned = ck_convolution(
            height: c.out_height, width: c.out_width, channels: c.out_channels, out_height: c.height,
            out_width: c.width, out_channels: c.channels, kernel_height: c.kernel_height,
            kernel_width: c.kernel_width, stride: 1, pad_top: c.kernel_height - 1 - c.pad_top,
            pad_left: c.kernel_width - 1 - c.pad_left, out_stride: c.channels)
        return ConvolutionGeometry(
            turned, bias: AlignedBuffer(zeros: Int(c.channels)), activation: CK_ACTIVATION_NONE)
    }
}
