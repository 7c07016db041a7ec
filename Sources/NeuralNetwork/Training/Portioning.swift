/// Which steps of a plan take large batches in portions, decided once from the graph.
///
/// A convolution of large images does so. The norm before it, when nobody else reads that norm's result, is then applied while the
/// convolution reads, and gets its gradient's sums from the convolution's backward; the norm behind it gets its moments from the
/// convolution, and goes back while the convolution's backward reads.
struct Portioning {
    /// By step: a convolution that works on portions.
    private(set) var convolutions: [PortionedConvolution?]
    /// By convolution's step: the norm's step whose result it alone reads.
    private(set) var normBefore: [Int?]
    /// By convolution's step: whether a norm that learns alone reads its result, in the next step.
    private(set) var isMeasured: [Bool]
    /// By norm's step: whether the convolution behind applies it.
    private(set) var isApplied: [Bool]

    /// The norm's step that a convolution's step applies itself.
    func appliedBefore(_ index: Int) -> Int? { normBefore[index].flatMap { isApplied[$0] ? $0 : nil } }

    /// - Parameters:
    ///   - output: the node whose value is the plan's.
    ///   - needsGradient: by node, whether backward needs the gradient of its value.
    init(_ steps: [TrainingStep], _ operators: [StepOperator], output: Int, needsGradient: [Bool]) {
        convolutions = operators.enumerated().map { index, kind in
            guard case .convolution(let convolution) = kind else { return nil }
            return PortionedConvolution(convolution, needsInputGradient: needsGradient[steps[index].input])
        }
        normBefore = [Int?](repeating: nil, count: steps.count)
        isMeasured = [Bool](repeating: false, count: steps.count)
        isApplied = isMeasured
        var readers = [Int](repeating: 0, count: needsGradient.count)
        for step in steps { for input in step.inputs { readers[input] += 1 } }
        readers[output] += 1
        let producers = Dictionary(uniqueKeysWithValues: steps.enumerated().map { ($1.output, $0) })
        for (index, step) in steps.enumerated() where convolutions[index] != nil {
            if index + 1 < steps.count, steps[index + 1].sources == [step.output], readers[step.output] == 1,
                case .normalization(let norm) = operators[index + 1]
            {
                isMeasured[index] = norm.norm?.isTrainable ?? false
            }
            guard let before = producers[step.input], readers[step.input] == 1, steps[before].residual == nil,
                case .normalization(let norm) = operators[before], let batchNorm = norm.norm,
                batchNorm.isTrainable || !needsGradient[step.output]
            else { continue }
            normBefore[index] = before
            // Swish costs more than its way through memory.
            isApplied[before] = norm.activation != .swish
        }
    }
}
