/// `GET /v1/characters/{name}/split`: the groups that a character's images fall into, if they do.
///
/// Two groups are apart when their images are, on average, farther from each other than where other characters' pairs of one and of two
/// are mistaken for each other equally often.
public enum ProposeSplit: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/characters/{name}/split"

    public typealias Request = NamedRequest

    public struct Response: Codable, Sendable, Equatable {
        /// The distance.
        public var threshold: Double
        /// The share of pairs that lie on its wrong side.
        public var error: RateInfo
        /// The images' numbers in each group, the largest group first; one group where they hold together.
        public var groups: [[Int64]]
        /// Images that were not looked at, because there are too many.
        public var left: Int

        public init(threshold: Double, error: RateInfo, groups: [[Int64]], left: Int) {
            self.threshold = threshold
            self.error = error
            self.groups = groups
            self.left = left
        }
    }
}
