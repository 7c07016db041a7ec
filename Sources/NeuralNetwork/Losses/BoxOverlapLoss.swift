/// The loss of a box that is given by its distances from a point to its left, top, right and bottom edge: 1 − GIoU.
///
/// Source: Rezatofighi et al., "Generalized Intersection over Union", arXiv:1902.09630: GIoU = I/U − (C − U)/C, with the areas of the
/// intersection, the union and the smallest box around both. Distances as in Tian et al., "FCOS", arXiv:1904.01355.
public enum BoxOverlapLoss {
    /// The loss, from 0 to 2, and its gradient.
    /// - Parameters:
    ///   - predicted: left, top, right and bottom, all positive.
    ///   - target: from the same point, of a box with a positive area.
    public static func evaluate(
        predicted p: SIMD4<Double>, target t: SIMD4<Double>
    ) -> (loss: Double, gradient: SIMD4<Double>) {
        let (least, most) = (pointwiseMin(p, t), pointwiseMax(p, t))
        // Sides across and down of the intersection, of the box around both, and of the prediction.
        let inner = (across: max(least[0] + least[2], 0), down: max(least[1] + least[3], 0))
        let outer = (across: most[0] + most[2], down: most[1] + most[3])
        let own = (across: p[0] + p[2], down: p[1] + p[3])
        let intersection = inner.across * inner.down
        let union = own.across * own.down + (t[0] + t[2]) * (t[1] + t[3]) - intersection
        let around = outer.across * outer.down
        var gradient = SIMD4<Double>()
        for edge in 0..<4 {
            let isAcross = edge % 2 == 0
            let innerOther = isAcross ? inner.down : inner.across
            let innerOwn = isAcross ? inner.across : inner.down
            let dIntersection = p[edge] < t[edge] && innerOwn > 0 ? innerOther : 0
            let dUnion = (isAcross ? own.down : own.across) - dIntersection
            let dAround = p[edge] > t[edge] ? (isAcross ? outer.down : outer.across) : 0
            gradient[edge] =
                -(dIntersection * union - intersection * dUnion) / (union * union)
                - (dUnion * around - union * dAround) / (around * around)
        }
        return (2 - intersection / union - union / around, gradient)
    }
}
