/// `DELETE /v1/tokens/{name}`: the token lets nobody in any more. Answers the token as it was. Over the socket only.
public enum RevokeToken: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/tokens/{name}"

    public typealias Request = NamedRequest
    public typealias Response = TokenInfo
}
