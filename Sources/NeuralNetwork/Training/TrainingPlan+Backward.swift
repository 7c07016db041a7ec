import CKernels

extension TrainingPlan {
    /// Adds the gradients that follow from the gradient of a pass's features, and frees the pass's memory.
    ///
    /// The parameters must be those that the forward pass used: step the optimizer after all backward passes.
    /// - Parameter gradient: N × D, row-major: of the loss with respect to `pass.features`.
    /// - Throws: `NetworkError` with `outOfMemory` if the batch needs more than the process may use. Some gradients are added then.
    /// - Precondition: the pass came from this plan and was not used before.
    public func backward(_ pass: TrainingPass, gradient: [Float]) throws(NetworkError) {
        precondition(reading == .means, "a plan that reads maps takes their gradients")
        precondition(gradient.count == pass.images * width, "\(gradient.count) values are not \(pass.images)×\(width)")
        let output = outputNodes[0]
        guard retention.needsGradient[output] else { return }
        var gradients = NodeGradients(nodes: shapes.count)
        gradients[output] = try GlobalAveragePool(shape: shapes[output])
            .backward(gradient, images: pass.images, workspace)
        try backward(pass, from: gradients)
    }

    /// The same for a plan that reads maps.
    /// - Parameter maps: for each of `pass.maps`, the gradient of the loss with respect to it.
    public func backward(_ pass: TrainingPass, maps: [[Float]]) throws(NetworkError) {
        precondition(
            reading == .maps && maps.map(\.count) == outputNodes.map { pass.images * shapes[$0].count },
            "the gradients are not of the pass's maps")
        var gradients = NodeGradients(nodes: shapes.count)
        for (node, gradient) in zip(outputNodes, maps) where retention.needsGradient[node] {
            precondition(gradients[node] == nil, "a map is read twice")
            gradients[node] = try workspace.floats(copying: gradient)
        }
        try backward(pass, from: gradients)
    }

    /// - Parameter outputs: the gradients of the taps' values.
    private func backward(_ pass: TrainingPass, from outputs: NodeGradients) throws(NetworkError) {
        precondition(!pass.isSpent, "a pass goes backward once")
        pass.isSpent = true
        var gradients = outputs
        for (index, step) in steps.enumerated().reversed() {
            guard let (incoming, sums) = gradients.take(step.output) else { continue }
            switch operators[index] {
            case .convolution(let convolution): try backward(convolution, step, incoming, pass, &gradients)
            case .normalization(let normalization):
                try backward(normalization, index, incoming, sums: sums, pass, &gradients)
            case .other(let other): try backward(other, step, incoming, pass, &gradients)
            }
        }
        pass.values.removeAll()
    }

    private func backward(
        _ convolution: TrainingConvolution, _ step: FusedStep, _ incoming: AlignedBuffer, _ pass: TrainingPass,
        _ gradients: inout NodeGradients
    ) throws(NetworkError) {
        pass.values[step.output] = nil  // backward has passed its readers
        if convolution.isTrainable {
            try convolution.addParameterGradients(value(step.input, pass), incoming, images: pass.images, workspace)
        }
        guard retention.needsGradient[step.input] else { return }
        gradients[step.input] = try convolution.inputGradient(
            incoming, adding: gradients[step.input], images: pass.images, workspace)
    }

    private func backward(
        _ other: any TrainingOperator, _ step: FusedStep, _ incoming: AlignedBuffer, _ pass: TrainingPass,
        _ gradients: inout NodeGradients
    ) throws(NetworkError) {
        pass.values[step.output] = nil
        let isNeeded = step.sources.map { retention.needsGradient[$0] }
        guard other.isTrainable || isNeeded.contains(true) else { return }
        let inputs =
            try other.readsInputs ? step.sources.map { node throws(NetworkError) in try value(node, pass) } : []
        let results = try other.backward(
            inputs, incoming, adding: step.sources.map { gradients[$0] }, isNeeded: isNeeded, images: pass.images,
            workspace)
        for (source, result) in zip(step.sources, results) where result != nil { gradients[source] = result }
    }

    /// Through a norm and, where the convolution before it goes in portions, through that convolution too.
    /// - Parameter sums: over `incoming`, as `NormStatistics.sums` gives them; nil where nobody took them.
    private func backward(
        _ normalization: TrainingNormalization, _ index: Int, _ incoming: AlignedBuffer, sums: ColumnSums?,
        _ pass: TrainingPass, _ gradients: inout NodeGradients
    ) throws(NetworkError) {
        let step = steps[index]
        let learns = normalization.norm?.isTrainable ?? false
        let gatesInNorm = step.gatesInNorm(isTrainable: learns)
        if !gatesInNorm {
            switch normalization.activation {
            case .swish:
                try normalization.gateSwish(
                    incoming, x: value(step.input, pass), pass.statistics[index], images: pass.images, workspace)
            case .relu, .relu6:
                try normalization.gate(incoming, y: value(step.output, pass), images: pass.images, workspace)
            case nil: break
            }
        }
        pass.values[step.output] = nil
        // The shortcut gets the sum's gradient, the branch that gradient times the branch's factor.
        let factors = pass.branchFactors[index]
        let branch = try factors.isEmpty ? incoming : normalization.scaled(incoming, by: factors, workspace)
        let coefficients = try normalization.addParameterGradients(
            branch, throughActivation: gatesInNorm, x: learns ? value(step.input, pass) : nil, pass.statistics[index],
            sums: sums, images: pass.images, workspace)
        var isShared = false
        if let residual = step.residual, retention.needsGradient[residual] {
            if let present = gradients[residual] {
                normalization.add(incoming, to: present, images: pass.images, workspace)
            } else {
                gradients[residual] = incoming
                isShared = branch === incoming
            }
        }
        guard retention.needsGradient[step.input] else { return }
        if pass.isPortioned, let portioned = portioning.step(endingAt: index), let coefficients,
            let statistics = pass.statistics[index]
        {
            let normed = NormedGradient(
                gradient: branch, x: try value(step.input, pass), statistics: statistics, coefficients: coefficients)
            return try backward(portioned, at: index - 1, normed, pass, &gradients)
        }
        gradients[step.input] = try normalization.inputGradient(
            branch, isShared: isShared, x: learns ? value(step.input, pass) : nil, coefficients,
            pass.statistics[index], adding: gradients[step.input], images: pass.images, workspace)
    }
}
