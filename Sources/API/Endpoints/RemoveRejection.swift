/// `DELETE /v1/rejections/{id}`: the picture may be of that character after all. Answers the rejection as it was.
public enum RemoveRejection: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/rejections/{id}"

    public typealias Request = IdentifiedRequest
    public typealias Response = RejectionInfo
}
