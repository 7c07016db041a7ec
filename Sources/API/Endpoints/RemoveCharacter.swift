/// `DELETE /v1/characters/{name}`: forgets a character and its images.
public enum RemoveCharacter: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/characters/{name}"

    public typealias Request = NamedRequest
    /// The character as it was.
    public typealias Response = CharacterSummary
}
