extension [Double] {
    /// The middle of the sorted values, or the mean of the middle two.
    /// - Precondition: there is one at least.
    package var median: Double {
        precondition(!isEmpty, "nothing has no median")
        let sorted = sorted()
        return (sorted[count / 2] + sorted[(count - 1) / 2]) / 2
    }
}
