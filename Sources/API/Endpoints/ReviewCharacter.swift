/// `GET /v1/characters/{name}/review`: what a character's own images say of it.
public enum ReviewCharacter: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/characters/{name}/review"

    public typealias Request = NamedRequest
    public typealias Response = CharacterReview
}
