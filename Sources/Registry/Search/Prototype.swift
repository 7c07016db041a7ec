/// A character's prototype: the mean of its support embeddings (the paper's section 2.5).
struct Prototype: Equatable {
    /// The name of this kind of prototype, which is stored with it.
    static let head = "mean"

    let vector: [Float]
    /// The number of supports.
    let count: Int
    /// Root mean squared distance of the supports to the prototype.
    let spread: Double

    /// The mean of supports of equal length, summed in double precision; nil when there are none.
    init?(mean supports: [[Float]]) {
        guard let first = supports.first else { return nil }
        var sum = [Double](repeating: 0, count: first.count)
        for support in supports {
            for index in sum.indices { sum[index] += Double(support[index]) }
        }
        let scale = 1 / Double(supports.count)
        let vector = sum.map { Float($0 * scale) }
        let squares = supports.reduce(0) { $0 + squaredDistance($1, vector) }
        self.vector = vector
        count = supports.count
        spread = (squares * scale).squareRoot()
    }

    /// Whether another vector and spread are equal to these except for rounding.
    func isNearly(_ vector: [Float], spread: Double) -> Bool {
        func agree(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-6 * max(1, abs(a)) }
        return agree(self.spread, spread) && zip(self.vector, vector).allSatisfy { agree(Double($0), Double($1)) }
    }
}

/// ‖a − b‖² of two vectors of equal length, in double precision.
func squaredDistance(_ a: [Float], _ b: [Float]) -> Double {
    precondition(a.count == b.count, "vectors of \(a.count) and \(b.count) dimensions")
    var sum = 0.0
    for index in a.indices {
        let difference = Double(a[index]) - Double(b[index])
        sum += difference * difference
    }
    return sum
}
