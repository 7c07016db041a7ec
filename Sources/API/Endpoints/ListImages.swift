/// `GET /v1/characters/{name}/images`: the images of a character, oldest first.
public enum ListImages: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/characters/{name}/images"

    public typealias Request = NamedRequest

    public struct Response: Codable, Sendable, Equatable {
        public var images: [ImageInfo]
        public init(images: [ImageInfo]) { self.images = images }
    }
}
