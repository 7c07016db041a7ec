extension [Double] {
    /// The middle of the sorted values, or the mean of the middle two.
    /// - Precondition: there is at least one value.
    package var median: Double {
        precondition(!isEmpty, "no values have no median")
        let sorted = sorted()
        return (sorted[count / 2] + sorted[(count - 1) / 2]) / 2
    }
}
