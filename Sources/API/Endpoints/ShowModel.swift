/// `GET /v1/models/{name}`: one model.
public enum ShowModel: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/models/{name}"

    public typealias Request = NamedRequest
    public typealias Response = ModelInfo
}
