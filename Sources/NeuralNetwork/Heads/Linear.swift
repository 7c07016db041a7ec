import COpenBLAS

/// A dense layer: logits = x · Wᵀ + b. The head of a classifier, with PyTorch's names `<name>.weight` (C × D) and `<name>.bias`.
public final class Linear {
    private let weight: Parameter
    private let bias: Parameter

    /// D and C.
    public var inputs: Int { weight.shape[1] }
    public var outputs: Int { weight.shape[0] }

    /// - Throws: `NetworkError` with `shapeMismatch` when weight is not C × D or bias not C.
    public init(_ name: String, weight: Tensor, bias: Tensor) throws(NetworkError) {
        guard weight.shape.count == 2, bias.shape == [weight.shape[0]] else {
            throw NetworkError(.shapeMismatch, "\(name): weight \(weight.shape) and bias \(bias.shape) do not fit")
        }
        self.weight = Parameter(name: "\(name).weight", weight, trainable: true)
        self.bias = Parameter(name: "\(name).bias", bias, trainable: true)
    }

    /// Weight and bias.
    public var trainableParameters: [Parameter] { [bias, weight] }

    /// - Parameter x: N × D, row-major.
    /// - Returns: N × C.
    public func forward(_ x: [Float]) -> [Float] {
        let count = rows(x, inputs)
        let offsets = bias.value.values
        var y = (0..<count * outputs).map { offsets[$0 % outputs] }
        unsafe cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, blasint(count), blasint(outputs), blasint(inputs), 1, x,
            blasint(inputs), weight.value.base, blasint(inputs), 1, &y, blasint(outputs))
        return y
    }

    /// Adds to the gradients of weight and bias.
    /// - Parameters:
    ///   - x: what `forward` had.
    ///   - gradient: N × C, of its result.
    /// - Returns: N × D, the gradient of x.
    public func backward(_ x: [Float], gradient: [Float]) -> [Float] {
        let count = rows(x, inputs)
        precondition(gradient.count == count * outputs, "\(gradient.count) values are not \(count)×\(outputs)")
        guard let weightSum = weight.gradient, let biasSum = bias.gradient else {
            preconditionFailure("a linear layer's parameters are trainable")
        }
        for output in 0..<outputs {
            var sum = 0.0
            for row in 0..<count { sum += Double(gradient[row * outputs + output]) }
            unsafe biasSum.base[output] += Float(sum)
        }
        var input = [Float](repeating: 0, count: x.count)
        unsafe cblas_sgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, blasint(outputs), blasint(inputs), blasint(count), 1, gradient,
            blasint(outputs), x, blasint(inputs), 1, weightSum.base, blasint(inputs))
        unsafe cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(count), blasint(inputs), blasint(outputs), 1, gradient,
            blasint(outputs), weight.value.base, blasint(inputs), 0, &input, blasint(inputs))
        return input
    }

    private func rows(_ values: [Float], _ width: Int) -> Int {
        precondition(values.count % width == 0, "\(values.count) values are no rows of \(width)")
        return values.count / width
    }
}
