/// How much a head can be fitted on where all that is enrolled is the support: bounds on the memory and the time of a fit.
extension HeadKind {
    /// Values in all supports together, for heads other than the mean.
    static let maximumValues = 1 << 23
    /// Values in all classes' covariances together.
    static let maximumCovarianceValues = 1 << 25
    /// Pictures of one class, whose pairs ``LocalScatter`` weighs.
    static let maximumClass = 1000

    /// - Parameters:
    ///   - sizes: for each class, how many supports it has.
    ///   - width: of an embedding.
    /// - Throws: ``DataSetError``, saying what is too much and how much is allowed.
    public func checkLimits(sizes: [Int], width: Int) throws(DataSetError) {
        guard self != .mean else { return }
        let images = sizes.reduce(0, +)
        guard images <= Self.maximumValues / width else {
            throw tooLarge("\(images) pictures", "\(Self.maximumValues / width) of width \(width)")
        }
        // The covariances are kept in the supports' span, which has at most this many dimensions.
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
