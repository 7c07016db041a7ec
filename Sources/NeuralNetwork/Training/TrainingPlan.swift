import CKernels

/// A graph compiled for training: forward with batch statistics, and the gradients of the trainable parameters.
///
/// Batches may differ in size from call to call, and each has its own statistics: an episode's support and query are two
/// forward passes, and the gradients of their backward passes add up until `clearGradients`.
///
///     let pass = plan.forward(images)                       // N × H × W × 3
///     plan.backward(pass, gradient: lossGradient)           // N × D, of pass.features
///     optimizer.step(plan.trainableParameters)
///     plan.clearGradients()
///
/// The same calls on the same number of threads give bit-identical results. One call at a time.
public final class TrainingPlan {
    /// The shape of one input image.
    public let input: Shape
    /// D: the width of the features; of maps, the values of an image at all of them.
    public let width: Int

    let steps: [FusedStep]
    let operators: [StepOperator]
    let shapes: [Shape]
    /// The nodes of the taps, in their order.
    let outputNodes: [Int]
    let reading: TapReading
    /// By node, the step that makes its value.
    private let producers: [Int?]
    let retention: Retention
    let portioning: Portioning
    /// Floats of an image's values that backward could make again, without the values that are never stored where batches go in portions.
    private let remadeFloats: Int
    /// Up to so many floats of them are kept instead: 256 MiB.
    private static let keptFloats = 64 << 20
    private let parameters: [String: Parameter]
    let workspace: Workspace

    /// - Parameters:
    ///   - weights: the tensors of the graph's parameters; see `Graph.checkedWeights`.
    ///   - taps: where the values are read; nil for the graph's last tap.
    ///   - reading: the means over the pixels, which are features, or maps.
    ///   - isTrainable: says by name which parameters are trained. A batch norm whose weight and bias are both frozen
    ///     normalizes by its running statistics and leaves them as they are.
    ///   - instructionSet: `avx512`, `avx2` or `base`; nil takes the best of this processor.
    /// - Throws: `NetworkError` when a weight is missing or wrong, the tap or instruction set unknown, or no memory is left.
    public init(
        _ graph: Graph, weights: [String: Tensor], taps: [String]? = nil, reading: TapReading = .means, threads: Int,
        instructionSet: String? = nil,
        isTrainable: (String) -> Bool = { _ in true }
    ) throws(NetworkError) {
        let tensors = try graph.checkedWeights(weights)
        let instructionSet = try InstructionSet.checked(instructionSet)
        workspace = try Workspace(threads: threads, instructionSet: instructionSet)
        let outputNodes = try Self.nodes(of: taps, in: graph)
        precondition(reading == .maps || outputNodes.count == 1, "features are of one tap")
        let shapes = graph.nodes.map(\.shape)
        let steps = graph.lowered(for: .training, keeping: Set(outputNodes))
        let learned = graph.nodes.reduce(into: Set<String>()) { $0.formUnion(graph.learnedParameters(of: $1)) }
        var parameters: [String: Parameter] = [:]
        for (name, tensor) in tensors {
            parameters[name] = Parameter(name: name, tensor, trainable: learned.contains(name) && isTrainable(name))
        }
        let operators = steps.map {
            StepOperator($0, shapes: shapes, parameters: parameters, instructionSet: instructionSet)
        }
        var producers = [Int?](repeating: nil, count: shapes.count)
        for (index, step) in steps.enumerated() { producers[step.output] = index }
        input = shapes[0]
        width = outputNodes.reduce(0) { $0 + reading.width(of: shapes[$1]) }
        self.outputNodes = outputNodes
        self.reading = reading
        var retention = Retention(steps, nodes: shapes.count, isTrainable: operators.map(\.isTrainable))
        let portioning = Portioning(
            steps, operators, outputs: outputNodes, needsGradient: retention.needsGradient)
        for index in steps.indices {
            if let before = portioning.appliedBefore(index) { retention.extend(steps[before].input, to: index) }
        }
        let applied = Set(steps.indices.filter { portioning.isApplied[$0] }.map { steps[$0].output })
        let remade = shapes.indices.filter {
            retention.isNeeded[$0] && retention.isRemade[$0] && !applied.contains($0)
        }
        remadeFloats = remade.reduce(0) { $0 + shapes[$1].count }
        self.retention = retention
        self.portioning = portioning
        self.steps = steps
        self.operators = operators
        self.shapes = shapes
        self.producers = producers
        self.parameters = parameters
    }

    /// - Throws: `NetworkError` with `unknownName` when the graph lacks one of the taps.
    private static func nodes(of taps: [String]?, in graph: Graph) throws(NetworkError) -> [Int] {
        try (taps ?? [graph.taps.last?.name ?? "at all"]).map { name throws(NetworkError) in
            guard let tap = graph.taps.first(where: { $0.name == name }) else {
                let known = graph.taps.map(\.name).joined(separator: ", ")
                throw NetworkError(.unknownName, "there is no tap \(name); this network has \(known)")
            }
            return tap.node
        }
    }

    /// The parameters that an optimizer may change, sorted by name.
    public var trainableParameters: [Parameter] {
        parameters.values.filter(\.isTrainable).sorted { $0.name < $1.name }
    }

    /// All parameters, frozen ones and running statistics included, sorted by name.
    public var allParameters: [Parameter] { parameters.values.sorted { $0.name < $1.name } }

    /// The running statistics that a forward pass changes: those of the trainable batch norms, in the order of the steps.
    public var measuredStatistics: [Parameter] {
        operators.flatMap { step -> [Parameter] in
            guard case .normalization(let normalization) = step, let norm = normalization.norm, norm.isTrainable else {
                return []
            }
            return [norm.runningMean, norm.runningVariance]
        }
    }

    /// Copies of all tensors by name, running statistics included: what a model file holds.
    public var weights: [String: Tensor] { parameters.mapValues(\.tensor) }

    /// Copies of the gradients' sums by parameter name.
    public var gradients: [String: Tensor] { parameters.compactMapValues(\.gradientTensor) }

    /// Sets the gradients' sums to zero.
    public func clearGradients() {
        for parameter in parameters.values { parameter.clearGradient() }
    }

    /// How many steps add a batch norm's result, the branch, and a shortcut.
    public var residualAdditions: Int { steps.count(where: \.isResidualAddition) }

    /// Takes a batch through the network in training mode; trainable batch norms update their running statistics.
    /// - Parameters:
    ///   - images: N × height × width × channels, row-major.
    ///   - branchFactors: for every residual addition, in order, N factors of the branch; see `StochasticDepth`. nil takes the
    ///     branches as they are.
    /// - Throws: `NetworkError` with `outOfMemory` if the batch needs more than the process may use.
    public func forward(_ images: [Float], branchFactors: [[Float]]? = nil) throws(NetworkError) -> TrainingPass {
        let count = images.count / input.count
        precondition(
            count > 0 && count * input.count == images.count, "\(images.count) values are no images of \(input)")
        // With fewer images some threads would have no portion.
        let pass = TrainingPass(
            images: count, nodes: shapes.count, steps: steps.count, maps: reading == .maps ? outputNodes.count : 0,
            isPortioned: count >= 2 * workspace.pool.threads)
        if let branchFactors { assign(branchFactors, to: pass) }
        pass.values[0] = try workspace.floats(copying: images)
        let keepsWhole = count * remadeFloats <= Self.keptFloats
        for (index, step) in steps.enumerated() {
            if case .normalization(let normalization) = operators[index], pass.statistics[index] == nil,
                let x = pass.values[step.input]
            {
                pass.statistics[index] = try normalization.measure(x, images: count, workspace)
            }
            if !(pass.isPortioned && portioning.isApplied[index]) { pass.values[step.output] = try run(index, pass) }
            read(step.output, pass)
            let applied = portioning.appliedBefore(index).map { [steps[$0].input] } ?? []
            for input in step.inputs + applied
            where retention.lastReader[input] == index && !retention.keeps(input, whole: keepsWhole) {
                pass.values[input] = nil
            }
        }
        for node in outputNodes where !retention.keeps(node, whole: keepsWhole) { pass.values[node] = nil }
        return pass
    }

    /// Reads the value of a node that has a tap.
    private func read(_ node: Int, _ pass: TrainingPass) {
        guard let output = pass.values[node] else { return }
        for (place, tapped) in outputNodes.enumerated() where tapped == node {
            switch reading {
            case .means:
                pass.features = GlobalAveragePool(shape: shapes[node]).forward(output, images: pass.images, workspace)
            case .maps: pass.maps[place] = output.values
            }
        }
    }

    private func assign(_ factors: [[Float]], to pass: TrainingPass) {
        let additions = steps.indices.filter { steps[$0].isResidualAddition }
        precondition(
            factors.count == additions.count && factors.allSatisfy { $0.count == pass.images },
            "the branch factors are not of \(additions.count) additions and \(pass.images) images")
        for (index, factors) in zip(additions, factors) { pass.branchFactors[index] = factors }
    }

    /// A step's value from those of its inputs.
    private func run(_ index: Int, _ pass: TrainingPass) throws(NetworkError) -> AlignedBuffer {
        let step = steps[index]
        switch operators[index] {
        case .convolution(let convolution):
            if pass.isPortioned, let portioned = portioning.steps[index] {
                return try forward(portioned, at: index, pass)
            }
            return try convolution.forward(value(step.input, pass), images: pass.images, workspace)
        case .normalization(let normalization):
            return try normalization.forward(
                value(step.input, pass),
                residual: step.residual.map { node throws(NetworkError) in try value(node, pass) },
                pass.statistics[index],
                branchFactors: pass.branchFactors[index], images: pass.images, workspace)
        case .other(let other):
            return try other.forward(
                step.sources.map { node throws(NetworkError) in try value(node, pass) }, images: pass.images, workspace)
        }
    }

    /// A node's value, made again where forward did not keep it.
    func value(_ node: Int, _ pass: TrainingPass) throws(NetworkError) -> AlignedBuffer {
        if let value = pass.values[node] { return value }
        guard let producer = producers[node] else { preconditionFailure("the input of step \(node) was not kept") }
        let value = try run(producer, pass)
        pass.values[node] = value
        return value
    }
}
