/// `GET /v1/inbox`: the pictures in the inbox, those that look alike together.
///
/// Two groups are one while their pictures lie, on average, within a distance of each other.
public enum ListUnknowns: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/inbox"
    public static let isLong = true

    public typealias Request = EmptyRequest

    /// Where the distance comes from.
    public enum Origin: String, Codable, Sendable, CaseIterable {
        /// Pairs of enrolled pictures: pairs of one character and of two are mistaken for each other equally often there.
        case registry
        /// The model's radius, where too little is enrolled.
        case model
        /// There is none: only the same embedding is alike.
        case none
    }

    public struct Response: Codable, Sendable, Equatable {
        public var threshold: Double
        public var thresholdFrom: Origin
        /// The largest first.
        public var groups: [UnknownGroup]

        public init(threshold: Double, thresholdFrom: Origin, groups: [UnknownGroup]) {
            self.threshold = threshold
            self.thresholdFrom = thresholdFrom
            self.groups = groups
        }
    }
}

/// Pictures in the inbox that look alike.
public struct UnknownGroup: Codable, Sendable, Equatable {
    /// Oldest first; at least one.
    public var pictures: [UnknownInfo]
    /// The enrolled character whose mean is nearest to theirs; null where nobody is enrolled.
    public var nearest: ReviewNeighbor?

    public init(pictures: [UnknownInfo], nearest: ReviewNeighbor?) {
        self.pictures = pictures
        self.nearest = nearest
    }
}
