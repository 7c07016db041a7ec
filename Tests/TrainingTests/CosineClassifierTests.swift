import TestSupport
import NeuralNetwork
import Testing

/// The cosine classifier against its definition and its slopes.
@Suite struct CosineClassifierTests {
    private let classes = 5
    private let width = 6
    private let rows = 4
    private let labels = [3, 0, 4, 3]

    private func floats(_ tensor: Int, _ count: Int) -> [Float] {
        Formula.values(tensor: tensor, count: count).map { Float($0) }
    }

    private func classifier(_ weight: [Float], margin: Double = 0.2) -> CosineClassifier {
        CosineClassifier(
            "head", weight: Tensor(shape: [classes, width], values: weight), scale: 4, margin: margin)
    }

    @Test func `logits are scaled cosines, the label's less by the margin`() {
        let (weight, x) = (floats(1, classes * width), floats(2, rows * width))
        let logits = classifier(weight).forward(x, labels: labels)
        func row(_ values: [Float], _ index: Int) -> [Double] {
            values[index * width..<(index + 1) * width].map(Double.init)
        }
        func length(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        for image in 0..<rows {
            for label in 0..<classes {
                let (a, b) = (row(x, image), row(weight, label))
                let cosine = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / length(a) / length(b)
                let expected = 4 * (cosine - (labels[image] == label ? 0.2 : 0))
                #expect(abs(Double(logits[image * classes + label]) - expected) < 1e-5)
            }
        }
    }

    @Test func `gradients are slopes`() throws {
        let (weight, x) = (floats(3, classes * width), floats(4, rows * width))
        func loss(_ weight: [Float], _ x: [Float]) -> Double {
            CrossEntropy()(classifier(weight).forward(x, labels: labels), labels: labels).loss
        }
        let head = classifier(weight)
        let result = CrossEntropy()(head.forward(x, labels: labels), labels: labels)
        let ofX = head.backward(x, gradient: result.gradient)
        let ofWeight = try #require(head.trainableParameters[0].gradientTensor).values
        for index in x.indices {
            var (up, down) = (x, x)
            up[index] += 0.01
            down[index] -= 0.01
            #expect(abs(Double(ofX[index]) - (loss(weight, up) - loss(weight, down)) / 0.02) < 1e-3)
        }
        for index in weight.indices {
            var (up, down) = (weight, weight)
            up[index] += 0.01
            down[index] -= 0.01
            #expect(abs(Double(ofWeight[index]) - (loss(up, x) - loss(down, x)) / 0.02) < 1e-3)
        }
    }
}
