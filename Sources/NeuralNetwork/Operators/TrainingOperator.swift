/// An operator in training, forward and backward. Backward may read the values of its inputs, but not its output's; see `TrainingPlan`.
protocol TrainingOperator {
    /// Whether it has a trainable parameter.
    var isTrainable: Bool { get }
    /// Whether backward reads the inputs' values.
    var readsInputs: Bool { get }

    func forward(_ inputs: [AlignedBuffer], images: Int, _ workspace: Workspace) throws(NetworkError) -> AlignedBuffer

    /// Adds to the parameters' gradients.
    /// - Parameters:
    ///   - inputs: empty unless `readsInputs`.
    ///   - gradient: of the output.
    ///   - present: by input, the gradient that is there already and is added to.
    ///   - isNeeded: by input.
    /// - Returns: the gradients of the inputs; nil where they are not needed.
    func backward(
        _ inputs: [AlignedBuffer], _ gradient: AlignedBuffer, adding present: [AlignedBuffer?], isNeeded: [Bool],
        images: Int, _ workspace: Workspace
    ) throws(NetworkError) -> [AlignedBuffer?]
}
