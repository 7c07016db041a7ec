import CKernels

extension TrainingPlan {
    /// Adds the gradients that follow from the gradient of a pass's features, and frees the pass's memory.
    ///
    /// The parameters must be those that the forward pass used: step the optimiser after all backward passes.
    /// - Parameter gradient: N × D, row-major: of the loss with respect to `pass.features`.
    /// - Precondition: the pass came from this plan and was not used before.
    public func backward(_ pass: TrainingPass, gradient: [Float]) {
        precondition(gradient.count == pass.images * width, "\(gradient.count) values are not \(pass.images)×\(width)")
        precondition(!pass.isSpent, "a pass goes backward once")
        pass.isSpent = true
        guard retention.needsGradient[outputNode] else { return }
        var gradients = [AlignedBuffer?](repeating: nil, count: shapes.count)
        gradients[outputNode] = GlobalAveragePool(shape: shapes[outputNode])
            .backward(gradient, images: pass.images, workspace)
        // Of the step before alone: what its backward takes through the norm behind it.
        var behindNorm: NormedGradient?
        for (index, step) in steps.enumerated().reversed() {
            if let gradient = behindNorm, let portioned = portioning.convolutions[index] {
                behindNorm = nil
                pass.values[step.output] = nil
                backward(portioned, index, gradient, pass, &gradients)
                continue
            }
            guard let incoming = gradients[step.output] else { continue }
            gradients[step.output] = nil
            switch operators[index] {
            case .convolution(let convolution):
                pass.values[step.output] = nil  // its readers are behind us
                if convolution.isTrainable {
                    convolution.addParameterGradients(value(step.input, pass), incoming, images: pass.images, workspace)
                }
                guard retention.needsGradient[step.input] else { continue }
                gradients[step.input] = convolution.inputGradient(
                    incoming, adding: gradients[step.input], images: pass.images, workspace)
            case .normalization(let normalization):
                behindNorm = backward(normalization, index, incoming, pass, &gradients)
            case .other(let other): backward(other, step, incoming, pass, &gradients)
            }
        }
        pass.values.removeAll()
    }

    private func backward(
        _ other: any TrainingOperator, _ step: TrainingStep, _ incoming: AlignedBuffer, _ pass: TrainingPass,
        _ gradients: inout [AlignedBuffer?]
    ) {
        pass.values[step.output] = nil
        let isNeeded = step.sources.map { retention.needsGradient[$0] }
        guard other.isTrainable || isNeeded.contains(true) else { return }
        let inputs = other.readsInputs ? step.sources.map { value($0, pass) } : []
        let results = other.backward(
            inputs, incoming, adding: step.sources.map { gradients[$0] }, isNeeded: isNeeded, images: pass.images,
            workspace)
        for (source, result) in zip(step.sources, results) where result != nil { gradients[source] = result }
    }

    /// Through a convolution in portions, from behind its norm.
    private func backward(
        _ convolution: PortionedConvolution, _ index: Int, _ gradient: NormedGradient, _ pass: TrainingPass,
        _ gradients: inout [AlignedBuffer?]
    ) {
        let step = steps[index]
        let learns = operators[index].isTrainable
        let before = portioning.normBefore[index]
        let result = convolution.backward(
            gradient, input: learns ? input(index, pass) : nil,
            needsInputGradient: retention.needsGradient[step.input], adding: gradients[step.input],
            before: before.flatMap { operators[$0].isTrainable ? normBefore(index, pass) : nil }, images: pass.images,
            workspace)
        gradients[step.input] = result.gradient
        if let before { pass.sums[before] = result.sums }
    }

    /// - Returns: the gradient of the norm's result, where the convolution of the step before takes it through the norm.
    private func backward(
        _ normalization: NormalizationOperator, _ index: Int, _ incoming: AlignedBuffer, _ pass: TrainingPass,
        _ gradients: inout [AlignedBuffer?]
    ) -> NormedGradient? {
        let step = steps[index]
        let learns = normalization.norm?.isTrainable ?? false
        let gatesInNorm = step.gatesInNorm(isTrainable: learns)
        if !gatesInNorm {
            switch normalization.activation {
            case .swish:
                normalization.gateSwish(
                    incoming, x: value(step.input, pass), pass.statistics[index], images: pass.images, workspace)
            case .relu, .relu6:
                normalization.gate(incoming, y: value(step.output, pass), images: pass.images, workspace)
            case nil: break
            }
        }
        pass.values[step.output] = nil
        // The shortcut's gradient is the one behind the activation, the branch's that times its factor.
        let factors = pass.branchFactors[index]
        let branch = factors.isEmpty ? incoming : normalization.scaled(incoming, by: factors, workspace)
        let coefficients = normalization.addParameterGradients(
            branch, throughActivation: gatesInNorm, x: learns ? value(step.input, pass) : nil, pass.statistics[index],
            sums: pass.sums[index], images: pass.images, workspace)
        pass.sums[index] = nil
        var isShared = false
        if let residual = step.residual, retention.needsGradient[residual] {
            if let present = gradients[residual] {
                normalization.add(incoming, to: present, images: pass.images, workspace)
            } else {
                gradients[residual] = incoming
                isShared = branch === incoming
            }
        }
        guard retention.needsGradient[step.input] else { return nil }
        if pass.isPortioned, index > 0, portioning.isMeasured[index - 1], let coefficients,
            let statistics = pass.statistics[index]
        {
            return NormedGradient(
                gradient: branch, x: value(step.input, pass), statistics: statistics, coefficients: coefficients)
        }
        gradients[step.input] = normalization.inputGradient(
            branch, isShared: isShared, x: learns ? value(step.input, pass) : nil, coefficients,
            pass.statistics[index], adding: gradients[step.input], images: pass.images, workspace)
        return nil
    }
}
