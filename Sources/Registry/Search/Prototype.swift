import Statistics

/// A character's prototype: the mean of its support embeddings (the paper's section 2.5), and the means of its appearances.
struct Prototype: Equatable {
    /// The name of this kind of prototype, which is stored with it.
    static let head = "mean"

    let vector: [Float]
    /// The number of supports.
    let count: Int
    /// Root mean squared distance of the supports to the prototype.
    let spread: Double
    /// The groups that the supports fall into, the largest first; empty if there is only one.
    let appearances: [Appearance]

    /// A prototype as it is stored.
    init(vector: [Float], count: Int, spread: Double, appearances: [Appearance]) {
        (self.vector, self.count, self.spread, self.appearances) = (vector, count, spread, appearances)
    }

    /// The mean of supports of equal length, summed in double precision; nil when there are none.
    /// - Parameter grouping: finds the appearances; nil for the mean only.
    init?(mean supports: [[Float]], grouping: TwoCovariance? = nil) {
        guard !supports.isEmpty else { return nil }
        vector = Appearance(of: supports).mean
        let squares = supports.reduce(0) { [vector] in $0 + squaredDistance($1, vector) }
        count = supports.count
        spread = (squares / Double(supports.count)).squareRoot()
        let groups = AppearanceGroups(of: supports, given: grouping)
        appearances = groups.groups.count > 1 ? groups.appearances(of: supports) : []
    }

    /// Whether another vector and spread are equal to these except for rounding.
    func isNearly(_ vector: [Float], spread: Double) -> Bool {
        agree(self.spread, spread) && areNearly(self.vector, vector)
    }

    /// Whether this is the mean of appearances except for rounding.
    func isMean(of appearances: [Appearance]) -> Bool {
        appearances.reduce(0) { $0 + $1.count } == count && areNearly(vector, Appearance.common(appearances))
    }

    private func agree(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-6 * max(1, abs(a)) }

    private func areNearly(_ a: [Float], _ b: [Float]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { agree(Double($0), Double($1)) }
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
