/// `GET /v1/models`: the models in the registry.
public enum ListModels: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/models"

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        public var models: [ModelInfo]
        public init(models: [ModelInfo]) { self.models = models }
    }
}
