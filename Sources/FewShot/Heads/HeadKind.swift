public import Statistics

/// All heads, by the names that commands and reports use.
public enum HeadKind: String, CaseIterable, Sendable {
    case posterior
    case mean
    case trimmedMean = "trimmed-mean"
    case cl2n
    case mahalanobis
    case localFisher = "local-fisher"

    /// What the head does, in one phrase.
    public var summary: String {
        switch self {
        case .posterior: "likeliest character, given how many pictures its mean rests on, and its appearances"
        case .mean: "nearest mean of a character's pictures (the paper's)"
        case .trimmedMean: "nearest mean without each character's outlier, from four pictures on"
        case .cl2n: "nearest mean after centering and scaling to length 1 (SimpleShot)"
        case .mahalanobis: "nearest mean by each character's own covariance (Simple-CNAPS)"
        case .localFisher: "nearest mean in the projection that best tells the characters apart (LFD-ProtoNet)"
        }
    }

    /// Fits the head on an episode's supports.
    /// - Parameters:
    ///   - support: for each class, at least one support embedding, all of one width.
    ///   - baseMean: the mean of embeddings of other classes, if there are any. Only ``CL2NHead`` uses it.
    ///   - covariance: gives the probabilities of ``PosteriorHead``; others do not use it.
    ///   - grouping: finds the appearances of each class for ``PosteriorHead``; nil for one mean each.
    public func fit(
        _ support: [[[Float]]], baseMean: [Float]? = nil, covariance: TwoCovariance = .typical,
        grouping: TwoCovariance? = nil
    ) -> any Head {
        switch self {
        case .posterior: PosteriorHead(support: support, model: covariance, grouping: grouping)
        case .mean: MeanHead(support: support)
        case .trimmedMean: TrimmedMeanHead(support: support)
        case .cl2n: CL2NHead(support: support, baseMean: baseMean)
        case .mahalanobis: MahalanobisHead(support: support)
        case .localFisher: LocalFisherHead(support: support)
        }
    }
}

extension HeadKind {
    /// Whether the head needs nothing but the registry's prototypes, so that every request can use it without a fit.
    public var needsFit: Bool { self != .posterior && self != .mean }
}
