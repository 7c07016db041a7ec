/// A dense float32 tensor in row-major order.
public struct Tensor: Sendable, Equatable {
    /// The extent of each dimension; empty for a scalar.
    public let shape: [Int]
    /// The values, the last dimension fastest.
    public let values: [Float]

    /// - Precondition: `values.count` is the product of `shape`.
    public init(shape: [Int], values: [Float]) {
        precondition(shape.reduce(1, *) == values.count, "a tensor of shape \(shape) has not \(values.count) values")
        self.shape = shape
        self.values = values
    }

    /// Whether every value is a number and none is infinite.
    public var isFinite: Bool { values.allSatisfy(\.isFinite) }
}
