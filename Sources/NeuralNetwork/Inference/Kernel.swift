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

    init(_ convolution: Convolution, input: Shape, output: Shape, bias: [Float], activation: Activation?) {
        let size = convolution.kernel
        let vertical = convolution.padding.resolve(size: input.height, kernel: size, stride: convolution.stride)
        let horizontal = convolution.padding.resolve(size: input.width, kernel: size, stride: convolution.stride)
        c = ck_convolution(
            height: Int32(input.height), width: Int32(input.width), channels: Int32(input.channels),
            out_height: Int32(output.height), out_width: Int32(output.width), out_channels: Int32(output.channels),
            kernel: Int32(size), stride: Int32(convolution.stride),
            pad_top: Int32(vertical.before), pad_left: Int32(horizontal.before))
        self.bias = AlignedBuffer(bias)
        self.activation = activation.kernelValue
    }

    var outputPixels: Int { Int(c.out_height) * Int(c.out_width) }
    var inputs: Int { Int(c.channels) }
    var outputs: Int { Int(c.out_channels) }

    /// The epilogue of a call, its residual beginning at the same place as the output.
    func epilogue(_ residual: UnsafePointer<Float>?) -> ck_epilogue {
        unsafe ck_epilogue(bias: UnsafePointer(bias.base), residual: residual, activation: activation)
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
        }
    }
}

extension AlignedBuffer {
    convenience init(_ values: [Float]) {
        self.init(count: values.count)
        for (index, value) in values.enumerated() { unsafe base[index] = value }
    }
}
