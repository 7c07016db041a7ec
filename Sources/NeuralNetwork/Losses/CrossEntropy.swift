import Foundation

/// Cross-entropy of logits, with label smoothing as PyTorch defines it: the target is (1 − ε) · one-hot + ε / C.
public struct CrossEntropy: Sendable, Codable, Equatable {
    /// ε, from 0 to below 1.
    public let labelSmoothing: Double

    public init(labelSmoothing: Double = 0) {
        precondition(labelSmoothing >= 0 && labelSmoothing < 1, "label smoothing \(labelSmoothing) is not in [0, 1)")
        self.labelSmoothing = labelSmoothing
    }

    /// The mean loss, and its gradient.
    public struct Result: Sendable {
        /// In nats.
        public let loss: Double
        /// N × C, row-major: of the loss with respect to the logits.
        public let gradient: [Float]
        /// How many rows have their largest logit at their label. Of equal logits the first counts as the largest, so a network that gives every
        /// class the same logit is right by chance only.
        public let correct: Int
    }

    /// - Parameters:
    ///   - logits: N × C, row-major.
    ///   - labels: N numbers below C.
    public func callAsFunction(_ logits: [Float], labels: [Int]) -> Result {
        let result = evaluate(logits.map(Double.init), labels: labels)
        return Result(loss: result.loss, gradient: result.gradient.map { Float($0) }, correct: result.correct)
    }

    /// The same in double precision.
    func evaluate(_ logits: [Double], labels: [Int]) -> (loss: Double, gradient: [Double], correct: Int) {
        precondition(
            !labels.isEmpty && logits.count % labels.count == 0, "\(logits.count) logits, \(labels.count) labels")
        let classes = logits.count / labels.count
        var gradient = [Double](repeating: 0, count: logits.count)
        var (loss, correct) = (0.0, 0)
        for (row, label) in labels.enumerated() {
            precondition(0 <= label && label < classes, "label \(label) is not one of \(classes) classes")
            let values = logits[row * classes..<(row + 1) * classes]
            let largest = values.max() ?? 0
            let logSum = largest + log(values.reduce(0) { $0 + exp($1 - largest) })
            if values.firstIndex(of: largest) == row * classes + label { correct += 1 }
            for (column, value) in values.enumerated() {
                let target =
                    (column == label ? 1 - labelSmoothing : 0) + labelSmoothing / Double(classes)
                loss += target * (logSum - value)
                gradient[row * classes + column] = (exp(value - logSum) - target) / Double(labels.count)
            }
        }
        return (loss / Double(labels.count), gradient, correct)
    }
}
