import Foundation

extension [Double] {
    /// Of distances: Σ exp((d_min − d) / T), at least 1. The probability of distance d in the softmax over −d / T is
    /// exp((d_min − d) / T) divided by it; the nearest's is its inverse.
    func softmaxTotal(temperature: Double) -> Double {
        let nearest = self.min() ?? 0
        return reduce(0) { $0 + exp((nearest - $1) / temperature) }
    }
}
