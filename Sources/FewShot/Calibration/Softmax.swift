import Foundation

extension [Double] {
    /// For distances: Σ exp((d_min − d) / T), at least 1. In the softmax over −d / T, distance d has the probability
    /// exp((d_min − d) / T) divided by this sum, and the nearest has its inverse.
    func softmaxTotal(temperature: Double) -> Double {
        let nearest = self.min() ?? 0
        return reduce(0) { $0 + exp((nearest - $1) / temperature) }
    }
}
