import COpenBLAS

/// A classifier by cosines: logit = s · (cos(x, w_c) − m · [c is the label]). The margin m pulls a class's pictures closer together than the
/// softmax alone does (Wang et al., "CosFace", arXiv:1801.09414, equation 4).
public final class CosineClassifier {
    private let weight: Parameter
    /// s and m.
    private let scale: Float
    private let margin: Float

    /// D and C.
    public var inputs: Int { weight.shape[1] }
    public var outputs: Int { weight.shape[0] }

    /// - Parameter weight: C × D, not normalized.
    public init(_ name: String, weight: Tensor, scale: Double, margin: Double) {
        precondition(weight.shape.count == 2, "the weight of \(name) is \(weight.shape), not C×D")
        self.weight = Parameter(name: "\(name).weight", weight, trainable: true)
        (self.scale, self.margin) = (Float(scale), Float(margin))
    }

    public var trainableParameters: [Parameter] { [weight] }

    /// - Parameter x: N × D, row-major.
    /// - Returns: N × C.
    public func forward(_ x: [Float], labels: [Int]) -> [Float] {
        let units = UnitRows(x, width: inputs)
        let classes = UnitRows(weight.value.values, width: inputs)
        var logits = [Float](repeating: 0, count: units.count * outputs)
        unsafe cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, blasint(units.count), blasint(outputs), blasint(inputs), scale,
            units.values, blasint(inputs), classes.values, blasint(inputs), 0, &logits, blasint(outputs))
        for (row, label) in labels.enumerated() { logits[row * outputs + label] -= scale * margin }
        return logits
    }

    /// Adds to the gradient of the weight.
    /// - Parameters:
    ///   - x: what `forward` had.
    ///   - gradient: N × C, of its result.
    /// - Returns: N × D, the gradient of x.
    public func backward(_ x: [Float], gradient: [Float]) -> [Float] {
        let units = UnitRows(x, width: inputs)
        let classes = UnitRows(weight.value.values, width: inputs)
        guard let sum = weight.gradient else { preconditionFailure("a classifier's weight is trainable") }
        var ofUnits = [Float](repeating: 0, count: x.count)
        var ofClasses = [Float](repeating: 0, count: weight.value.count)
        unsafe cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(units.count), blasint(inputs), blasint(outputs), scale,
            gradient, blasint(outputs), classes.values, blasint(inputs), 0, &ofUnits, blasint(inputs))
        unsafe cblas_sgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, blasint(outputs), blasint(inputs), blasint(units.count), scale,
            gradient, blasint(outputs), units.values, blasint(inputs), 0, &ofClasses, blasint(inputs))
        for (index, value) in classes.gradient(ofClasses).enumerated() { unsafe sum.base[index] += value }
        return units.gradient(ofUnits)
    }
}
