public import NeuralNetwork
import Randomness

/// The weights and pictures of the goldens' make.py: value i of tensor k is the number that SplitMix64 makes of (k << 32 | i) + 1, in
/// [-1, 1).
public enum Formula {
    public static func values(tensor: Int, count: Int) -> [Double] {
        (0..<count).map { index in
            // The generator adds this constant to its state before each number.
            var random = SplitMix64(seed: (UInt64(tensor) << 32 &+ UInt64(index)) &* 0x9E37_79B9_7F4A_7C15)
            return Double(random.next() >> 40) / 8_388_608 - 1
        }
    }

    public static func weights(_ graph: Graph) -> [String: Tensor] {
        // EfficientNets are so deep that their values would grow without bound: there the branches count a fifth.
        let excites = graph.parameters.keys.contains { $0.contains(".se.") }
        var tensors: [String: Tensor] = [:]
        for (index, parameter) in graph.parameters.sorted(by: { $0.key < $1.key }).enumerated() {
            let (name, shape) = parameter
            let values = values(tensor: index, count: shape.reduce(1, *)).map { value in
                if shape.count == 4 { return value * (6 / Double(shape[1] * shape[2] * shape[3])).squareRoot() }
                if excites, name.hasSuffix("bn3.weight") { return 0.2 * (1 + 0.5 * value) }
                return name.hasSuffix("running_var") || name.hasSuffix("weight") ? 1 + 0.5 * value : 0.2 * value
            }
            tensors[name] = Tensor(shape: shape, values: values.map { Float($0) })
        }
        return tensors
    }

    public static func images(_ count: Int, size: Int) -> [Float] {
        values(tensor: 9999, count: count * size * size * 3).map { Float($0) }
    }
}
