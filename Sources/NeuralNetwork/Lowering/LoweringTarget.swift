/// What a graph is lowered for. The target decides which operations a step may take over from the nodes after it.
///
/// Both targets follow the same rules but for the exceptions here; each says why training needs it.
enum LoweringTarget {
    case inference
    case training

    /// Whether a step of this kind takes over norms, sums and activations.
    ///
    /// In training a convolution takes over nothing: the norm after it measures what the convolution gave, and needs it again to go
    /// backward.
    func absorbs(into kind: FusedStep.Kind) -> Bool {
        switch kind {
        case .elementwise: true
        case .convolution: self == .inference
        case .pool, .squeezeExcite, .concatenate, .upsample, .copy: false
        }
    }

    /// Whether a step takes over a batch norm. In training a step has one norm at most, its own.
    var absorbsNorms: Bool { self == .inference }

    /// Whether a step takes over an addition that multiplies the step's value with `factor`. A norm in training has no room for a
    /// factor besides its own scale.
    func absorbsAddition(scaledBy factor: Float) -> Bool { self == .inference || factor == 1 }

    /// Whether a step takes over an activation. The gradient of swish is made from what goes into it, and in training that is no
    /// single stored value where a residual was added.
    func absorbs(_ activation: Activation, afterResidual: Bool) -> Bool {
        self == .inference || activation != .swish || !afterResidual
    }

    /// Whether a depthwise convolution takes over the 1×1 convolution that makes its input, of such a shape. In training the norm between them
    /// measures the whole input. In inference a small input stays in the cache between two steps.
    func joinsExpansion(to shape: Shape) -> Bool {
        self == .inference && shape.count * MemoryLayout<Float>.stride >= Self.largeBytes
    }

    /// Half of a core's second-level cache on common processors.
    private static let largeBytes = 1 << 18

    /// Whether steps write straight into their channels of a concatenation. In training every input of a concatenation is a value of
    /// its own, which has a gradient of its own.
    var writesIntoConcatenations: Bool { self == .inference }
}
