import TestSupport
import Foundation
import NeuralNetwork
import Testing

@Suite struct HeadTests {
    @Test func `a linear layer's values and gradients are those of plain loops`() throws {
        let (count, inputs, outputs) = (3, 5, 4)
        let weight = Formula.values(tensor: 1, count: outputs * inputs).map { Float($0) }
        let bias = Formula.values(tensor: 2, count: outputs).map { Float($0) }
        let x = Formula.values(tensor: 3, count: count * inputs).map { Float($0) }
        let gradient = Formula.values(tensor: 4, count: count * outputs).map { Float($0) }
        let layer = try Linear(
            "fc", weight: Tensor(shape: [outputs, inputs], values: weight), bias: Tensor(shape: [outputs], values: bias)
        )
        let y = layer.forward(x)
        let back = layer.backward(x, gradient: gradient)
        let sums = Dictionary(uniqueKeysWithValues: layer.trainableParameters.map { ($0.name, $0.gradientTensor) })
        let (weightSum, biasSum) = (sums["fc.weight"]??.values ?? [], sums["fc.bias"]??.values ?? [])
        for o in 0..<outputs {
            for n in 0..<count {
                let expected = (0..<inputs).reduce(bias[o]) { $0 + x[n * inputs + $1] * weight[o * inputs + $1] }
                #expect(abs(y[n * outputs + o] - expected) < 1e-5)
            }
            #expect(abs(biasSum[o] - (0..<count).reduce(0) { $0 + gradient[$1 * outputs + o] }) < 1e-5)
            for i in 0..<inputs {
                let expected = (0..<count).reduce(Float(0)) { $0 + gradient[$1 * outputs + o] * x[$1 * inputs + i] }
                #expect(abs(weightSum[o * inputs + i] - expected) < 1e-5)
            }
        }
        for n in 0..<count {
            for i in 0..<inputs {
                let expected = (0..<outputs).reduce(Float(0)) {
                    $0 + gradient[n * outputs + $1] * weight[$1 * inputs + i]
                }
                #expect(abs(back[n * inputs + i] - expected) < 1e-5)
            }
        }
    }

    @Test func `a linear layer refuses shapes that do not fit`() {
        #expect(throws: NetworkError.self) {
            try Linear(
                "fc", weight: Tensor(shape: [2, 3], values: .init(repeating: 0, count: 6)),
                bias: Tensor(shape: [3], values: [0, 0, 0]))
        }
    }

    @Test func `dropout keeps the mean and drops its share`() {
        var dropout = Dropout(rate: 0.3, seed: 7)
        let factors = dropout.factors(100_000)
        let dropped = Double(factors.count { $0 == 0 }) / 100_000
        #expect(abs(dropped - 0.3) < 0.01)
        #expect(factors.allSatisfy { $0 == 0 || $0 == Float(1 / 0.7) })
        #expect(Dropout.apply([0, 2], to: [5, 3]) == [0, 6])
    }

    @Test func `dropout resumed from its state draws what it would have drawn`() throws {
        var dropout = Dropout(rate: 0.5, seed: 1)
        _ = dropout.factors(10)
        var resumed = try JSONDecoder().decode(Dropout.self, from: JSONEncoder().encode(dropout))
        #expect(resumed.factors(50) == dropout.factors(50))
        var other = Dropout(rate: 0.5, seed: 2)
        #expect(other.factors(50) != dropout.factors(50))
    }
}
