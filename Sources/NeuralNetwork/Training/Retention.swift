/// Which values a training plan keeps from forward to backward, decided once from the graph.
///
/// The results of convolutions are kept, since the norms after them need them. The values that norm, sum and activation make of them are dropped
/// after their last reader and made again when backward asks for them: that costs one pass over memory and saves half of the memory. Where that
/// half is small, as for a small network's batch, it is kept. Before the first trainable parameter only the value that the trainable steps
/// read is kept.
struct Retention {
    /// By node: whether backward needs the gradient of its value.
    private(set) var needsGradient: [Bool]
    /// By node: whether forward must keep its value for backward.
    private(set) var isKept: [Bool]
    /// By node: whether backward can make its value again.
    private(set) var isRemade: [Bool]
    /// By node: whether backward asks for its value.
    private(set) var isNeeded: [Bool]
    /// By node: the last step that reads its value in forward; −1 where none does.
    private(set) var lastReader: [Int]

    /// - Parameters:
    ///   - nodes: how many the graph has.
    ///   - isTrainable: by step, whether it has a trainable parameter.
    init(_ steps: [FusedStep], nodes: Int, isTrainable: [Bool]) {
        needsGradient = [Bool](repeating: false, count: nodes)
        isKept = needsGradient
        isRemade = needsGradient
        isNeeded = needsGradient
        lastReader = [Int](repeating: -1, count: nodes)
        for (index, step) in steps.enumerated() {
            needsGradient[step.output] = isTrainable[index] || step.inputs.contains { needsGradient[$0] }
            for input in step.inputs { lastReader[input] = index }
        }
        for (index, step) in steps.enumerated().reversed() {
            let learns = needsGradient[step.output]
            switch step.kind {
            case .convolution:
                if isTrainable[index] { isNeeded[step.input] = true }
            case .elementwise:
                if learns, let activation = step.activation, !step.gatesInNorm(isTrainable: isTrainable[index]) {
                    isNeeded[activation == .swish ? step.input : step.output] = true
                }
                if isTrainable[index] { isNeeded[step.input] = true }
                if learns { remake(step) }
            case .pool(let pooling):
                if learns, pooling.kind == .maximum { isNeeded[step.input] = true }
                if learns { remake(step) }
            case .concatenate, .upsample, .copy:
                if learns { remake(step) }
            case .squeezeExcite:
                if learns {
                    isNeeded[step.input] = true
                    remake(step)
                }
            }
        }
        for node in 0..<nodes { isKept[node] = isNeeded[node] && !isRemade[node] }
    }

    /// Whether forward keeps a node's value for backward.
    /// - Parameter whole: whether to keep values, too, that could be made again.
    func keeps(_ node: Int, whole: Bool) -> Bool { isKept[node] || whole && isNeeded[node] }

    /// Keeps a node's value in forward until a later step has run.
    mutating func extend(_ node: Int, to step: Int) { lastReader[node] = max(lastReader[node], step) }

    /// Has backward make the step's value again from its inputs, where backward needs it.
    private mutating func remake(_ step: FusedStep) {
        guard isNeeded[step.output] else { return }
        isRemade[step.output] = true
        for input in step.inputs { isNeeded[input] = true }
    }
}
