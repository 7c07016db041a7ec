/// `DELETE /v1/images/{id}`: forgets one image; its character's prototype follows.
public enum RemoveImage: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/images/{id}"

    public typealias Request = IdentifiedRequest
    /// The image as it was.
    public typealias Response = ImageInfo
}
