extension Graph {
    /// The tensors of a file that the graph needs, each checked for presence, shape and finite values.
    ///
    /// Classifier heads (`fc.`, `classifier.`, `classif.`, `AuxLogits.`) and batch counters, which downloaded files have, are left out. Any other
    /// tensor that the graph does not know is an error: the file is of another architecture. Fixed scales that the file leaves out are 1.
    /// - Throws: `NetworkError` with `missingTensor`, `extraTensor`, `shapeMismatch` or `notFinite`, naming the tensor.
    public func checkedWeights(_ tensors: [String: Tensor]) throws(NetworkError) -> [String: Tensor] {
        let shapes = parameters
        var tensors = tensors
        for name in fixedParameters where tensors[name] == nil {
            let shape = shapes[name] ?? []
            tensors[name] = Tensor(shape: shape, values: [Float](repeating: 1, count: shape.reduce(1, *)))
        }
        for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) {
            guard let tensor = tensors[name] else {
                throw NetworkError(
                    .missingTensor, "tensor \(name) \(shape) is missing: is this the right architecture?")
            }
            guard tensor.shape == shape else {
                throw NetworkError(.shapeMismatch, "tensor \(name) is \(tensor.shape), the architecture needs \(shape)")
            }
            guard tensor.isFinite else { throw NetworkError(.notFinite, "tensor \(name) holds NaN or infinite values") }
            if name.hasSuffix(".running_var"), tensor.values.contains(where: { $0 < 0 }) {
                throw NetworkError(.notFinite, "tensor \(name) holds negative variances")
            }
        }
        for name in tensors.keys.sorted() where shapes[name] == nil && !Self.mayBeLeftOut(name) {
            throw NetworkError(.extraTensor, "tensor \(name) is unknown to the architecture: is this the right one?")
        }
        return tensors.filter { shapes[$0.key] != nil }
    }

    private static func mayBeLeftOut(_ name: String) -> Bool {
        ["fc.", "classifier.", "classif.", "AuxLogits."].contains { name.hasPrefix($0) }
            || name.hasSuffix(".num_batches_tracked")
    }
}
