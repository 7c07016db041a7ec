/// The gradients of the values that a backward pass has reached, by node.
struct NodeGradients {
    private var values: [AlignedBuffer?]
    /// Sums over a gradient that the norm which gave the value needs, where a portioned convolution took them on its way.
    private var sums: [ColumnSums?]

    init(nodes: Int) {
        values = [AlignedBuffer?](repeating: nil, count: nodes)
        sums = [ColumnSums?](repeating: nil, count: nodes)
    }

    /// The gradient of a node's value as far as it is known; nil where nothing was added yet.
    subscript(node: Int) -> AlignedBuffer? {
        get { values[node] }
        set { set(node, newValue, sums: nil) }
    }

    mutating func set(_ node: Int, _ gradient: AlignedBuffer?, sums taken: ColumnSums?) {
        values[node] = gradient
        sums[node] = taken
    }

    /// Takes a node's gradient out, so that its memory goes with its last user; nil where there is none.
    mutating func take(_ node: Int) -> (values: AlignedBuffer, sums: ColumnSums?)? {
        guard let taken = values[node] else { return nil }
        defer { set(node, nil, sums: nil) }
        return (taken, sums[node])
    }
}
