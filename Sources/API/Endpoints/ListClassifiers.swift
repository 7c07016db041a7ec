/// `GET /v1/classifiers`: the trained classifiers in the registry.
public enum ListClassifiers: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/classifiers"

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        public var classifiers: [ClassifierInfo]
        public init(classifiers: [ClassifierInfo]) { self.classifiers = classifiers }
    }
}
