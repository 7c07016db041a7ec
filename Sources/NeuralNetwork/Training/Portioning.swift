/// A convolution that takes a batch in portions, and the norms on either side of it: one step of forward and backward.
///
/// While a portion is in the cache, the convolution does for the norms what would otherwise read their values from memory again:
///
/// | | the norm before it | the norm after it |
/// |---|---|---|
/// | forward | is applied while the convolution reads, if `appliesNormBefore` | gets the moments of the convolution's result |
/// | backward | gets the sums over its result's gradient | is gone back through while the convolution reads the gradient |
struct PortionedStep {
    let convolution: PortionedConvolution
    /// The step of the norm whose result this convolution alone reads.
    let normBefore: Int?
    /// Whether that norm's result is never stored.
    let appliesNormBefore: Bool
    /// The step of the norm that alone reads the convolution's result, where that norm learns: the next step.
    let normAfter: Int?
}

/// Which steps of a plan take large batches in portions, decided once from the graph.
struct Portioning {
    /// By convolution's step.
    private(set) var steps: [PortionedStep?]
    /// By norm's step: whether the portioned convolution after it applies it, and its result is never stored.
    private(set) var isApplied: [Bool]

    /// The portioned step whose norm comes after the convolution and has this step.
    func step(endingAt norm: Int) -> PortionedStep? {
        guard norm > 0, let before = steps[norm - 1], before.normAfter == norm else { return nil }
        return before
    }

    /// The norm's step that a convolution's step applies itself.
    func appliedBefore(_ index: Int) -> Int? {
        guard let step = steps[index], step.appliesNormBefore else { return nil }
        return step.normBefore
    }

    /// - Parameters:
    ///   - outputs: the nodes whose values are the plan's.
    ///   - needsGradient: by node, whether backward needs the gradient of its value.
    init(_ steps: [FusedStep], _ operators: [StepOperator], outputs: [Int], needsGradient: [Bool]) {
        self.steps = [PortionedStep?](repeating: nil, count: steps.count)
        isApplied = [Bool](repeating: false, count: steps.count)
        var readers = [Int](repeating: 0, count: needsGradient.count)
        for step in steps { for input in step.inputs { readers[input] += 1 } }
        for output in outputs { readers[output] += 1 }
        let producers = Dictionary(uniqueKeysWithValues: steps.enumerated().map { ($1.output, $0) })

        func normBefore(_ step: FusedStep) -> (index: Int, norm: TrainingNormalization)? {
            guard let before = producers[step.input], readers[step.input] == 1, steps[before].residual == nil,
                case .normalization(let norm) = operators[before], let batchNorm = norm.norm,
                batchNorm.isTrainable || !needsGradient[step.output]
            else { return nil }
            return (before, norm)
        }
        func normAfter(_ index: Int) -> Int? {
            guard index + 1 < steps.count, steps[index + 1].sources == [steps[index].output],
                readers[steps[index].output] == 1, case .normalization(let norm) = operators[index + 1],
                norm.norm?.isTrainable ?? false
            else { return nil }
            return index + 1
        }
        for (index, step) in steps.enumerated() {
            guard case .convolution(let convolution) = operators[index],
                let portioned = PortionedConvolution(convolution, needsInputGradient: needsGradient[step.input])
            else { continue }
            let before = normBefore(step)
            // Swish costs more than its way through memory.
            let applies = before.map { $0.norm.activation != .swish } ?? false
            if let before { isApplied[before.index] = applies }
            self.steps[index] = PortionedStep(
                convolution: portioned, normBefore: before?.index, appliesNormBefore: applies,
                normAfter: normAfter(index))
        }
    }
}
