/// `GET /openapi.json`: the description of this API, OpenAPI 3.1; see ``OpenAPIDocument``.
public enum FetchOpenAPI: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/openapi.json"

    public typealias Request = EmptyRequest
    public typealias Response = JSONValue
}
