/// A tensor of a network in training: its value and, where it is trainable, the sum of its gradients so far.
///
/// Values and gradients lie in PyTorch's layout, as in the files. The operators convert them into their own layouts.
public final class Parameter {
    /// The name in weight files.
    public let name: String
    public let shape: [Int]
    let value: AlignedBuffer
    /// nil where the parameter is frozen.
    private(set) var gradient: AlignedBuffer?

    /// - Parameter trainable: whether gradients are summed; they begin at zero.
    init(name: String, _ tensor: Tensor, trainable: Bool) {
        self.name = name
        shape = tensor.shape
        value = AlignedBuffer(tensor.values)
        gradient = trainable ? AlignedBuffer(zeros: tensor.values.count) : nil
    }

    public var isTrainable: Bool { gradient != nil }

    /// A copy of the value.
    public var tensor: Tensor { Tensor(shape: shape, values: value.values) }

    /// Whether every value is a number and none is infinite.
    public var isFinite: Bool {
        unsafe UnsafeBufferPointer(start: value.base, count: value.count).allSatisfy(\.isFinite)
    }

    /// A copy of the gradients' sum; nil where the parameter is frozen.
    public var gradientTensor: Tensor? { gradient.map { Tensor(shape: shape, values: $0.values) } }

    /// Moves the gradients' sum, with its value, to a place of the same size. A frozen parameter has none.
    func moveGradient(to place: AlignedBuffer) {
        guard let present = gradient else { return }
        precondition(place.count == present.count, "\(name) has \(present.count) gradients, not \(place.count)")
        unsafe place.base.update(from: present.base, count: present.count)
        gradient = place
    }

    /// Sets the gradients' sum to zero.
    public func clearGradient() { gradient?.clear() }
}
