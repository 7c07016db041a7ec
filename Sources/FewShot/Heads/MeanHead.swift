/// The nearest mean of support embeddings by Euclidean distance (the paper's section 2.5).
public struct MeanHead: Head {
    /// One prototype for each class.
    public let prototypes: [[Float]]

    /// - Parameter support: for each class, its support embeddings, all of one width.
    public init(support: [[[Float]]]) {
        prototypes = support.map { vectors in
            var mean = [Float](repeating: 0, count: vectors.first?.count ?? 0)
            for vector in vectors {
                for index in mean.indices { mean[index] += vector[index] }
            }
            return mean.map { $0 / Float(vectors.count) }
        }
    }

    /// The class of the nearest prototype, and its Euclidean distance.
    public func nearest(to query: [Float]) -> (index: Int, distance: Float) {
        var best = (index: -1, squared: Float.infinity)
        for (index, prototype) in prototypes.enumerated() {
            let squared = Self.squaredDistance(query, prototype)
            if squared < best.squared { best = (index, squared) }
        }
        return (best.index, best.squared.squareRoot())
    }

    /// The Euclidean distances to all prototypes.
    public func distances(to query: [Float]) -> [Float] {
        prototypes.map { Self.squaredDistance(query, $0).squareRoot() }
    }

    static func squaredDistance(_ first: [Float], _ second: [Float]) -> Float {
        precondition(first.count == second.count, "embeddings of two widths")
        var lanes = SIMD16<Float>()
        let whole = first.count - first.count % 16
        unsafe first.withUnsafeBufferPointer { a in
            unsafe second.withUnsafeBufferPointer { b in
                for start in stride(from: 0, to: whole, by: 16) {
                    var difference = SIMD16<Float>()
                    for lane in 0..<16 { difference[lane] = unsafe a[start + lane] - b[start + lane] }
                    lanes += difference * difference
                }
            }
        }
        var sum = lanes.sum()
        for index in whole..<first.count { sum += (first[index] - second[index]) * (first[index] - second[index]) }
        return sum
    }
}
