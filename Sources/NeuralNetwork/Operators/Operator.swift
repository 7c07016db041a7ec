import CKernels

/// A computation that is ready to run on buffers of the caller's: weights packed, shapes fixed.
///
/// A plan for inference holds one for each step. Training's convolutions run on the same ones, forward with the convolution's own
/// weights and backward with turned ones.
///
/// To add an operator to the engine, add a case to ``Operation`` (Graph), a conforming type here for inference, and a
/// ``TrainingOperator`` beside it for training.
protocol Operator: Sendable {
    /// How many floats of scratch memory it needs for a batch of `images` on so many threads.
    func scratch(images: Int, threads: Int) -> Int
    /// Computes the call's images.
    func run(_ call: OperatorCall)
}

/// What an operator works on.
@safe struct OperatorCall {
    let images: Int
    let input: UnsafePointer<Float>
    /// Added before the activation; nil where the step adds nothing.
    let residual: UnsafePointer<Float>?
    let output: UnsafeMutablePointer<Float>
    let scratch: UnsafeMutablePointer<Float>
    let pool: ThreadPool
}

extension Optional<Activation> {
    var cValue: ck_activation {
        switch self {
        case nil: CK_ACTIVATION_NONE
        case .relu: CK_ACTIVATION_RELU
        case .relu6: CK_ACTIVATION_RELU6
        case .swish: CK_ACTIVATION_SWISH
        }
    }
}
