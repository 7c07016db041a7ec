import CKernels

/// One step of a plan, ready to run on the buffers that it is given.
protocol Kernel: Sendable {
    /// How many floats of scratch memory it needs for a batch of `images` on so many threads.
    func scratch(images: Int, threads: Int) -> Int
    /// Computes `images` images; `residual` is nil where the step adds nothing.
    func run(_ call: KernelCall)
}

/// What a kernel works on.
@safe struct KernelCall {
    let images: Int
    let input: UnsafePointer<Float>
    let residual: UnsafePointer<Float>?
    let output: UnsafeMutablePointer<Float>
    let scratch: UnsafeMutablePointer<Float>
    let pool: ThreadPool
}

/// The parts that all convolutions share: geometry, bias and activation.
struct ConvolutionGeometry: Sendable {
    let c: ck_convolution
    let bias: AlignedBuffer
    let activation: ck_activation

    /// - Parameter output: of the value that is written, wider than the convolution's own where that is a part of it.
    init(_ convolution: Convolution, input: Shape, output: Shape, bias: AlignedBuffer, activation: Activation?) {
        c = ck_convolution(
            kernel: convolution.kernel, stride: convolution.stride, padding: convolution.padding, input: input,
            output: output, channels: convolution.channels)
        self.bias = bias
        self.activation = activation.kernelValue
    }

    var inputPixels: Int { Int(c.height) * Int(c.width) }
    var outputPixels: Int { Int(c.out_height) * Int(c.out_width) }
    var inputs: Int { Int(c.channels) }
    var outputs: Int { Int(c.out_channels) }
    /// Floats from one output pixel to the next.
    var outputStride: Int { Int(c.out_stride) }
    var kernel: KernelSize { KernelSize(Int(c.kernel_height), Int(c.kernel_width)) }

    /// Whether it is a product of the pixels as they lie.
    var isPointwise: Bool { kernel.taps == 1 && c.stride == 1 }

    /// The same without the rows and columns of the kernel that meet nothing but padding.
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

    /// The epilogue of a call, its residual beginning at the same place as the output.
    func epilogue(_ residual: UnsafePointer<Float>?) -> ck_epilogue {
        unsafe ck_epilogue(bias: UnsafePointer(bias.base), residual: residual, activation: activation)
    }
}

extension ck_convolution {
    /// - Parameters:
    ///   - output: of the value that is written.
    ///   - channels: those of it that this step writes.
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

extension Int {
    /// How many of `count` rows a thread should take at a time so that so many threads end together: at most about `largest`,
    /// rounded up to a multiple of `unit`.
    func fairShare(of count: Int, largest: Int, unit: Int) -> Int {
        let largest = Swift.max(largest, unit)
        let rounds = (count + largest * self - 1) / (largest * self)
        let share = (count + rounds * self - 1) / (rounds * self)
        return (share + unit - 1) / unit * unit
    }
}

extension Optional<Activation> {
    var kernelValue: ck_activation {
        switch self {
        case nil: CK_ACTIVATION_NONE
        case .relu: CK_ACTIVATION_RELU
        case .relu6: CK_ACTIVATION_RELU6
        case .swish: CK_ACTIVATION_SWISH
        }
    }
}

extension AlignedBuffer {
    convenience init(_ values: [Float]) {
        self.init(count: values.count)
        for (index, value) in values.enumerated() { unsafe base[index] = value }
    }
}
