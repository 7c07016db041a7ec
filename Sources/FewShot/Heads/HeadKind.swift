/// The catalogue of heads, by the names that commands and reports use.
public enum HeadKind: String, CaseIterable, Sendable {
    case mean
    case trimmedMean = "trimmed-mean"
    case cl2n
    case mahalanobis
    case localFisher = "local-fisher"

    /// Fits the head on an episode's supports.
    /// - Parameters:
    ///   - support: for each class, its support embeddings, at least one, all of one width.
    ///   - baseMean: the mean of embeddings of other classes, where there are any; ``CL2NHead`` alone uses it.
    public func fit(_ support: [[[Float]]], baseMean: [Float]? = nil) -> any Head {
        switch self {
        case .mean: MeanHead(support: support)
        case .trimmedMean: TrimmedMeanHead(support: support)
        case .cl2n: CL2NHead(support: support, baseMean: baseMean)
        case .mahalanobis: MahalanobisHead(support: support)
        case .localFisher: LocalFisherHead(support: support)
        }
    }
}
