/// `GET /v1/characters/{name}`: a character with its images and its prototype.
public enum ShowCharacter: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/characters/{name}"

    public typealias Request = NamedRequest
    public typealias Response = CharacterDetail
}
