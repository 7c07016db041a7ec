/// Limits on the memory and the time of a fit on a whole registry.
extension HeadKind {
    /// The most values in all supports together, for heads that need a fit.
    static let maximumValues = 1 << 23
    /// The most values in all classes' covariances together.
    static let maximumCovarianceValues = 1 << 25
    /// The most pictures of one class, because ``LocalScatter`` weighs all their pairs.
    static let maximumClass = 1000

    /// - Parameters:
    ///   - sizes: for each class, its number of supports.
    ///   - width: the width of an embedding.
    /// - Throws: ``DataSetError`` that names what is too large, and the limit.
    public func checkLimits(sizes: [Int], width: Int) throws(DataSetError) {
        guard needsFit else { return }
        let images = sizes.reduce(0, +)
        guard images <= Self.maximumValues / width else {
            throw tooLarge("\(images) pictures", "\(Self.maximumValues / width) of width \(width)")
        }
        // The covariances live in the supports' span, which has at most this many dimensions.
        let span = max(1, min(width, images - 1))
        if self == .mahalanobis, sizes.count > Self.maximumCovarianceValues / (span * span) {
            throw tooLarge(
                "\(sizes.count) characters", "\(Self.maximumCovarianceValues / (span * span)) of width \(width)")
        }
        if self == .localFisher, let largest = sizes.max(), largest > Self.maximumClass {
            throw tooLarge("\(largest) pictures of one character", "\(Self.maximumClass)")
        }
    }

    private func tooLarge(_ what: String, _ limit: String) -> DataSetError {
        DataSetError("the head \(rawValue) cannot be fitted on \(what); its limit is \(limit)")
    }
}
