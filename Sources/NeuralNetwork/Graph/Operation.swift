/// What a node computes. Parameters are found under the node's name, in PyTorch's layout.
public enum Operation: Sendable, Equatable {
    case input
    /// `<name>.weight`: out × in/groups × height × width; `<name>.bias` where it has one.
    case convolution(Convolution)
    /// `<name>.weight`, `.bias`, `.running_mean`, `.running_var`. A norm that is not scaled has a fixed weight, 1 unless a file says otherwise:
    /// TensorFlow's Inception networks have none.
    case batchNorm(epsilon: Float, isScaled: Bool)
    case activation(Activation)
    /// The first node plus the second times a factor; both have one shape.
    case add(scale: Float)
    case pool(Pooling)
    /// Channels side by side.
    case concatenate
    /// Every pixel as a square of 2×2 equal pixels: nearest-neighbor upsampling.
    case upsample
    /// Each channel times a gate between 0 and 1 that depends on all channels' means (Hu et al., arXiv:1709.01507):
    /// sigmoid(expand(swish(reduce(mean)))). `<name>.conv_reduce.weight`, `.bias`, `<name>.conv_expand.weight`, `.bias`.
    case squeezeExcite(reduced: Int)
}

/// A convolution's hyper-parameters.
public struct Convolution: Sendable, Equatable {
    public var channels: Int
    public var kernel: KernelSize
    public var stride: Int
    public var padding: Padding
    public var depthwise: Bool
    public var hasBias: Bool
}

/// Height and width of a convolution's kernel, the weights that it moves over the image. Nothing else in the engine is called a kernel.
public struct KernelSize: Sendable, Equatable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    public let height: Int
    public let width: Int
    public var taps: Int { height * width }
    public var description: String { "\(height)×\(width)" }

    public init(_ height: Int, _ width: Int) { (self.height, self.width) = (height, width) }

    public static func square(_ side: Int) -> KernelSize { KernelSize(side, side) }

    public init(integerLiteral side: Int) { self.init(side, side) }
}

/// A square window that moves over an image; pixels outside of the image do not count.
public struct Pooling: Sendable, Equatable {
    public enum Kind: String, Sendable { case maximum, average }

    public var kind: Kind
    public var size: Int
    public var stride: Int
    public var padding: Padding
}

/// How many zeros surround an image.
public enum Padding: Sendable, Equatable {
    /// As many on every side.
    case symmetric(Int)
    /// TensorFlow's SAME: the output has ⌈size / stride⌉ pixels; an odd zero goes to the bottom and the right.
    case same
    /// TensorFlow's name for none.
    public static let valid = Padding.symmetric(0)

    /// The zeros before the first pixel, and the output's size, along one dimension. The size is 0 if the kernel is larger than the padded
    /// input.
    func resolve(size: Int, kernel: Int, stride: Int) -> (before: Int, output: Int) {
        switch self {
        case .symmetric(let zeros):
            let room = size + 2 * zeros - kernel
            return (zeros, room < 0 ? 0 : room / stride + 1)
        case .same:
            let output = (size + stride - 1) / stride
            return (max((output - 1) * stride + kernel - size, 0) / 2, output)
        }
    }
}

/// `swish` is x · sigmoid(x) (Ramachandran et al., arXiv:1710.05941), which PyTorch calls SiLU.
public enum Activation: Sendable, Equatable { case relu, relu6, swish }

/// Height, width and channels of an image-shaped value.
public struct Shape: Sendable, Equatable, CustomStringConvertible {
    public let height: Int
    public let width: Int
    public let channels: Int
    public var count: Int { height * width * channels }
    public var description: String { "\(height)×\(width)×\(channels)" }

    public init(height: Int, width: Int, channels: Int) {
        (self.height, self.width, self.channels) = (height, width, channels)
    }
}
