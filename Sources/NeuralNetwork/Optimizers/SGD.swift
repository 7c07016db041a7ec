/// Stochastic gradient descent with PyTorch's definitions: g += λ·w; v = μ·v + g; w −= η·v, or η·(g + μ·v) with Nesterov.
///
/// A plain value: encode it to continue later with the same velocities.
public struct SGD: Sendable, Codable, Equatable {
    /// η; a schedule may set it before every step.
    public var learningRate: Double
    /// μ.
    public let momentum: Double
    /// λ, on every parameter, batch norms included.
    public let weightDecay: Double
    public let nesterov: Bool
    /// v by parameter name, in the order of the parameter's values. A resumed run needs them.
    public var velocities: [String: [Float]] = [:]

    public init(learningRate: Double, momentum: Double = 0, weightDecay: Double = 0, nesterov: Bool = false) {
        precondition(!nesterov || momentum > 0, "Nesterov's method needs a momentum")
        (self.learningRate, self.momentum) = (learningRate, momentum)
        (self.weightDecay, self.nesterov) = (weightDecay, nesterov)
    }

    /// Changes the parameters by their gradients' sums, which stay as they are. Frozen parameters stay untouched.
    public mutating func step(_ parameters: [Parameter]) {
        for parameter in parameters where parameter.isTrainable {
            if momentum == 0 {
                unsafe update(parameter, velocity: nil)
                continue
            }
            // Removed from the dictionary while it changes, so that the array is not copied.
            var velocity =
                velocities.removeValue(forKey: parameter.name)
                ?? [Float](repeating: 0, count: parameter.value.count)
            precondition(velocity.count == parameter.value.count, "\(parameter.name) has changed its size")
            unsafe velocity.withUnsafeMutableBufferPointer { unsafe update(parameter, velocity: $0.baseAddress) }
            velocities[parameter.name] = velocity
        }
    }

    private func update(_ parameter: Parameter, velocity: UnsafeMutablePointer<Float>?) {
        guard let gradient = parameter.gradient else { return }
        let (value, slope) = unsafe (parameter.value.base, gradient.base)
        let (rate, mu, decay) = (Float(learningRate), Float(momentum), Float(weightDecay))
        for index in 0..<gradient.count {
            var change = unsafe slope[index] + decay * value[index]
            if let velocity = unsafe velocity {
                let new = unsafe mu * velocity[index] + change
                unsafe velocity[index] = new
                change = nesterov ? change + mu * new : new
            }
            unsafe value[index] -= rate * change
        }
    }
}
