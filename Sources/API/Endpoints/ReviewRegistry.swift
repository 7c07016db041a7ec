/// `GET /v1/review`: what the enrolled images say of the whole registry.
public enum ReviewRegistry: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/review"
    public static let isLong = true

    public typealias Request = EmptyRequest
    public typealias Response = RegistryReview
}
