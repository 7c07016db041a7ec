/// The minimum of a function of a few variables, without derivatives (Nelder and Mead, The Computer Journal 7, 1965).
struct NelderMead {
    private var corners: [(point: [Double], value: Double)]

    /// - Parameters:
    ///   - start: the first corner of the simplex.
    ///   - step: how far the other corners lie from it, each along one axis.
    ///   - evaluations: the most calls of `function`.
    /// - Returns: the best point found.
    static func minimum(
        from start: [Double], step: Double, evaluations: Int, _ function: ([Double]) -> Double
    ) -> [Double] {
        var search = NelderMead(corners: [(start, function(start))])
        for axis in start.indices {
            var point = start
            point[axis] += step
            search.corners.append((point, function(point)))
        }
        var left = evaluations - start.count - 1
        while left > 0 {
            search.corners.sort { $0.value < $1.value }
            let spread = search.corners[start.count].value - search.corners[0].value
            guard spread > 1e-7 * (1 + abs(search.corners[0].value)) else { break }
            left -= search.improve(function)
        }
        return search.corners.min { $0.value < $1.value }?.point ?? start
    }

    /// Replaces the worst corner, or draws all corners toward the best one.
    /// - Returns: how often it called the function.
    private mutating func improve(_ function: ([Double]) -> Double) -> Int {
        let last = corners.count - 1
        let center = corners[0].point.indices.map { axis in
            corners.dropLast().reduce(0) { $0 + $1.point[axis] } / Double(last)
        }
        func beyond(_ factor: Double) -> (point: [Double], value: Double) {
            let point = zip(center, corners[last].point).map { $0 + factor * ($0 - $1) }
            return (point, function(point))
        }
        let reflected = beyond(1)
        if reflected.value < corners[0].value {
            let expanded = beyond(2)
            corners[last] = expanded.value < reflected.value ? expanded : reflected
            return 2
        }
        if reflected.value < corners[last - 1].value {
            corners[last] = reflected
            return 1
        }
        let contracted = beyond(reflected.value < corners[last].value ? 0.5 : -0.5)
        if contracted.value < min(reflected.value, corners[last].value) {
            corners[last] = contracted
            return 2
        }
        for corner in 1...last {
            let point = zip(corners[corner].point, corners[0].point).map { ($0 + $1) / 2 }
            corners[corner] = (point, function(point))
        }
        return 2 + last
    }
}
